import { ProcessorNode, type NodeContext } from '../../processor/node.js';
import type { StreamRecord } from '../../processor/record.js';
import { Headers } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import type { Subscription } from '../../serdes/subscription.js';
import type { TimestampedKeyValueStore } from '../../state/store.js';
import type { SubscriptionKeys } from './subscription-keys.js';

export interface SubscriptionReceiveOptions<FK, K> {
  readonly store: string;
  readonly keys: SubscriptionKeys<FK, K>;
  readonly subscription: Serde<Subscription<K>>;
  /** Of the subscriptions. */
  readonly topic: string;
}

/**
 * Keeps or deletes a subscription beside the foreign table (SubscriptionReceiveProcessorSupplier). One without a foreign key is not kept;
 * it is dropped unless it wants an answer.
 */
export class SubscriptionReceive<FK, K> extends ProcessorNode<FK | null, Subscription<K>, FK | null, Subscription<K>> {
  private subscriptions!: TimestampedKeyValueStore<Buffer, Buffer>;

  constructor(private readonly options: SubscriptionReceiveOptions<FK, K>) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.subscriptions = context.getStateStore(this.options.store);
  }

  override process(record: StreamRecord<FK | null, Subscription<K>>): void | Promise<void> {
    const { key, value } = record;
    if (key !== null) this.keep(key, record);
    else if (value.instruction !== 'answer-always') return this.drop('null-foreign-key');
    return this.forward(record);
  }

  private keep(foreignKey: FK, { value, timestamp }: StreamRecord<FK | null, Subscription<K>>): void {
    const { keys, subscription, topic } = this.options;
    const key = keys.bytes(foreignKey, value.primaryKey);
    const isDeleted = value.instruction === 'delete' || value.instruction === 'delete-and-answer';
    this.subscriptions.put(key, isDeleted ? null : { value: subscription.serialize(value, topic, Headers.empty), timestamp });
  }
}
