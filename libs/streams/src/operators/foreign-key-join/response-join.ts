import { ProcessorNode, type NodeContext } from '../../processor/node.js';
import type { StreamRecord } from '../../processor/record.js';
import type { Serde } from '../../serdes/serde.js';
import type { SubscriptionResponse } from '../../serdes/subscription-response.js';
import type { Joiner } from '../callbacks.js';
import { synchronous } from '../results.js';
import type { TableView, TableViewSpec } from '../table-view.js';
import { questions, type Questions } from './questions.js';
import { valueHash } from './value-hash.js';

export interface ResponseJoinOptions<K, V, R, Out> {
  /** Under this name it finds who asks. */
  readonly join: string;
  readonly left: TableViewSpec<K, V>;
  readonly joiner: Joiner<K, V, R | null, Out>;
  readonly kind: 'inner' | 'left';
  readonly valueSerde: Serde<V>;
  /** Given to the serde; no topic of this name exists. */
  readonly valueTopic: string;
}

/**
 * Joins an answer with the row that asked (ResponseJoinProcessorSupplier). When the row has changed since, the answer is dropped: another one is on its way. In an inner
 * join it may be that there is none, because the row as it is now has no match: then the one that tells that a former result is over would be lost, and so the row asks once
 * more. Kafka Streams leaves the former result.
 */
export class ResponseJoin<K, V, R, Out> extends ProcessorNode<K, SubscriptionResponse<R>, K, Out | null> {
  private left!: TableView<K, V>;
  private questions!: Questions<K, V>;

  constructor(private readonly options: ResponseJoinOptions<K, V, R, Out>) {
    super();
  }

  override async init(context: NodeContext): Promise<void> {
    void super.init(context);
    this.left = await this.options.left.open(context);
    this.questions = questions(context, this.options.join);
    this.questions.over = (record) => this.forward(record.withValue(null));
  }

  override process(record: StreamRecord<K, SubscriptionResponse<R>>): void | Promise<void> {
    const { key, value: response } = record;
    const { joiner, kind, valueSerde, valueTopic } = this.options;
    const row = this.left.get(key)?.value ?? null;
    const { foreignValue } = response;
    if (!isSame(response.hash, valueHash(row, valueSerde, valueTopic))) {
      this.drop('stale-response');
      // It said that a result is over, and may be the only one to say so.
      return kind === 'inner' && foreignValue === null ? this.questions.again(row, record) : undefined;
    }
    const hasResult = row !== null && (kind === 'left' || foreignValue !== null);
    return this.forward(record.withValue(hasResult ? synchronous(joiner(row, foreignValue, key), 'join') : null));
  }
}

function isSame(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
