import type { Change } from '../../record/change.js';
import { ProcessorNode, type NodeContext } from '../../processor/node.js';
import { StreamRecord } from '../../record/record.js';
import { Headers } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import type { Subscription } from '../../serdes/subscription.js';
import type { SubscriptionResponse } from '../../serdes/subscription-response.js';
import type { TimestampedKeyValueStore } from '../../state/store.js';
import type { SubscriptionKeys } from './subscription-keys.js';

export interface ForeignTableJoinOptions<FK, K> {
  readonly store: string;
  readonly keys: SubscriptionKeys<FK, K>;
  readonly subscription: Serde<Subscription<K>>;
  /** The topic of the subscriptions. */
  readonly topic: string;
}

/** Responds to all subscriptions of a row of the foreign table when it changes (ForeignTableJoinProcessorSupplier). */
export class ForeignTableJoin<FK, K, R> extends ProcessorNode<FK, Change<R>, K, SubscriptionResponse<R>> {
  private subscriptions!: TimestampedKeyValueStore<Buffer, Buffer>;

  constructor(private readonly options: ForeignTableJoinOptions<FK, K>) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.subscriptions = context.getStateStore(this.options.store);
  }

  override process(record: StreamRecord<FK, Change<R>>): void | Promise<void> {
    if (record.key === null) return this.drop('null-key');
    if (!record.value.isLatest) return this.drop('out-of-order-version');
    return this.respondToAll(record);
  }

  private async respondToAll({ key, value, timestamp, headers }: StreamRecord<FK, Change<R>>): Promise<void> {
    const { keys, subscription, topic } = this.options;
    for await (const [bytes, stored] of this.subscriptions.prefixScan(keys.prefixOf(key))) {
      const { hash, primaryPartition } = subscription.deserialize(stored.value, topic, Headers.empty);
      const pending = this.forward(
        new StreamRecord(keys.primaryKey(bytes), { hash, foreignValue: value.newValue, primaryPartition }, timestamp, headers),
      );
      if (pending !== undefined) await pending;
    }
  }
}
