import { ProcessorNode, type NodeContext } from '../../processor/node.js';
import { StreamRecord } from '../../record/record.js';
import type { SubscriptionResponse } from '../../serdes/subscription-response.js';
import type { Subscription } from '../../serdes/subscription.js';
import type { TableView, TableViewSpec } from '../table-view.js';

/**
 * Responds to a subscription with the row of its foreign key (SubscriptionJoinProcessorSupplier). A response has the
 * later time of both.
 */
export class SubscriptionJoin<FK, K, R> extends ProcessorNode<FK | null, Subscription<K>, K, SubscriptionResponse<R>> {
  private right!: TableView<FK, R>;

  constructor(private readonly options: { readonly right: TableViewSpec<FK, R> }) {
    super();
  }

  override async init(context: NodeContext): Promise<void> {
    void super.init(context);
    this.right = await this.options.right.open(context);
  }

  override process({ key, value, timestamp, headers }: StreamRecord<FK | null, Subscription<K>>): void | Promise<void> {
    const { instruction, hash, primaryKey, primaryPartition } = value;
    if (instruction === 'delete') return;
    const found = key === null ? null : this.right.get(key);
    if (found === null && instruction === 'respond-to-match') return;
    const foreignValue = found === null || instruction === 'delete-and-respond' ? null : found.value;
    const latest = found === null ? timestamp : Math.max(timestamp, found.timestamp);
    return this.forward(new StreamRecord(primaryKey, { hash, foreignValue, primaryPartition }, latest, headers));
  }
}
