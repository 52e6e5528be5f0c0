import { ProcessorNode, type NodeContext } from '../../processor/node.js';
import type { StreamRecord } from '../../record/record.js';
import type { Serde } from '../../serdes/serde.js';
import type { SubscriptionResponse } from '../../serdes/subscription-response.js';
import type { Joiner } from '../callbacks.js';
import { synchronous } from '../results.js';
import type { TableView, TableViewSpec } from '../table-view.js';
import { resubscription, type Resubscription } from './resubscription.js';
import { valueHash } from './value-hash.js';

export interface ResponseJoinOptions<K, V, R, Out> {
  /** The name under which it finds the node that sends the subscriptions. */
  readonly join: string;
  readonly left: TableViewSpec<K, V>;
  readonly joiner: Joiner<K, V, R | null, Out>;
  readonly kind: 'inner' | 'left';
  readonly valueSerde: Serde<V>;
  /** The topic that the serde is called with; no topic of this name exists. */
  readonly valueTopic: string;
}

/**
 * Joins a response with the row that subscribed (ResponseJoinProcessorSupplier). When the row has changed since, the
 * response is stale and dropped: the changed row sent a subscription of its own.
 *
 * In an inner join a stale response without a value may be the only one that ends a former result, because a row
 * without a match gets no response. So the row then subscribes once more, for a response in any case. Kafka Streams
 * leaves the former result.
 */
export class ResponseJoin<K, V, R, Out> extends ProcessorNode<K, SubscriptionResponse<R>, K, Out | null> {
  private left!: TableView<K, V>;
  private resubscription!: Resubscription<K, V>;

  constructor(private readonly options: ResponseJoinOptions<K, V, R, Out>) {
    super();
  }

  override async init(context: NodeContext): Promise<void> {
    void super.init(context);
    this.left = await this.options.left.open(context);
    this.resubscription = resubscription(context, this.options.join);
    this.resubscription.forwardNoResult = (record) => this.forward(record.withValue(null));
  }

  override process(record: StreamRecord<K, SubscriptionResponse<R>>): void | Promise<void> {
    const { key, value: response } = record;
    const { joiner, kind, valueSerde, valueTopic } = this.options;
    const row = this.left.get(key)?.value ?? null;
    const { foreignValue } = response;
    if (!isSame(response.hash, valueHash(row, valueSerde, valueTopic))) {
      this.drop('stale-response');
      return kind === 'inner' && foreignValue === null ? this.resubscription.resubscribe(row, record) : undefined;
    }
    const hasResult = row !== null && (kind === 'left' || foreignValue !== null);
    return this.forward(record.withValue(hasResult ? synchronous(joiner(row, foreignValue, key), 'join') : null));
  }
}

function isSame(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
