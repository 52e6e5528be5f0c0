import type { Change } from '../record/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { Aggregator, Initializer } from './callbacks.js';
import type { KeptTable } from './kept-table.js';
import { openTable } from './open-table.js';
import { synchronous } from './results.js';

export interface TableAggregateOptions<K, V, A> {
  readonly store: string;
  readonly initial: Initializer<A>;
  readonly add: Aggregator<K, V, A>;
  readonly subtract: Aggregator<K, V, A>;
  readonly oldValues: boolean;
}

/**
 * Folds the rows of a regrouped table: what left a group is subtracted first, where anything is there, then what came
 * is added (KTableAggregate).
 */
export class TableAggregate<K, V, A> extends ProcessorNode<K, Change<V>, K, Change<A>> {
  private table!: KeptTable<K, A>;

  constructor(private readonly options: TableAggregateOptions<K, V, A>) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.table = openTable(context, this.options.store, (record) => this.forward(record), this.options.oldValues);
  }

  override process(record: StreamRecord<K, Change<V>>): void | Promise<void> {
    const { key } = record;
    if (key === null) return this.drop('null-key');
    const { newValue, oldValue } = record.value;
    const { initial, add, subtract } = this.options;
    const former = this.table.get(key);
    const old = former?.value ?? null;
    const hasLeft = oldValue !== null && old !== null;
    const rest = hasLeft ? (synchronous(subtract(old, oldValue, key), 'aggregate') ?? null) : old;
    const result =
      newValue === null ? rest : (synchronous(add(rest ?? synchronous(initial(), 'aggregate'), newValue, key), 'aggregate') ?? null);
    const isFolded = former !== null && (hasLeft || newValue !== null);
    const timestamp = isFolded ? Math.max(record.timestamp, former.timestamp) : record.timestamp;
    return this.table.update(key, result, old, timestamp, record);
  }
}
