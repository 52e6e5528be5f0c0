import { ProcessorNode, type NodeContext } from '../../processor/node.js';
import type { StreamRecord } from '../../record/record.js';
import { Headers } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import type { Subscription } from '../../serdes/subscription.js';
import type { TimestampedKeyValueStore } from '../../state/store.js';
import type { SubscriptionKeys } from './subscription-keys.js';

export interface SubscriptionReceiveOptions<FK, K> {
  readonly store: string;
  readonly keys: SubscriptionKeys<FK, K>;
  readonly subscription: Serde<Subscription<K>>;
  /** The topic of the subscriptions. */
  readonly topic: string;
}

/**
 * Keeps or deletes a subscription beside the foreign table (SubscriptionReceiveProcessorSupplier). One without a
 * foreign key is not kept, and dropped unless its instruction asks for a response in any case.
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
    else if (value.instruction !== 'respond-always') return this.drop('null-foreign-key');
    return this.forward(record);
  }

  private keep(foreignKey: FK, { value, timestamp }: StreamRecord<FK | null, Subscription<K>>): void {
    const { keys, subscription, topic } = this.options;
    const key = keys.bytes(foreignKey, value.primaryKey);
    const isDeleted = value.instruction === 'delete' || value.instruction === 'delete-and-respond';
    this.subscriptions.put(key, isDeleted ? null : { value: subscription.serialize(value, topic, Headers.empty), timestamp });
  }
}
