import type { Change } from '../record/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { Aggregator, Initializer } from './callbacks.js';
import type { KeptTable } from './kept-table.js';
import { openTable } from './open-table.js';
import { synchronous } from './results.js';

export interface AggregateOptions<K, V, A> {
  readonly store: string;
  readonly initial: Initializer<A>;
  readonly add: Aggregator<K, V, A>;
  readonly oldValues: boolean;
}

/**
 * Folds the values of one key into a table. Records without key or value are dropped; the result's time is the latest
 * of those folded; the former value of a key that had none is the initial value (KStreamAggregate).
 */
export class Aggregate<K, V, A> extends ProcessorNode<K, V, K, Change<A>> {
  private table!: KeptTable<K, A>;

  constructor(private readonly options: AggregateOptions<K, V, A>) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.table = openTable(context, this.options.store, (record) => this.forward(record), this.options.oldValues);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const { key, value } = record;
    if (key === null || value === null) return this.drop('null-key-or-value');
    const { initial, add } = this.options;
    const former = this.table.get(key);
    const old = former === null ? synchronous(initial(), 'aggregate') : former.value;
    const timestamp = former === null ? record.timestamp : Math.max(record.timestamp, former.timestamp);
    const result = synchronous(add(old, value, key), 'aggregate') ?? null;
    return this.table.update(key, result, old, timestamp, record);
  }
}
