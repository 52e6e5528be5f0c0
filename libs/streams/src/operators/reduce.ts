import type { Change } from '../record/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { Reducer } from './callbacks.js';
import type { KeptTable } from './kept-table.js';
import { openTable } from './open-table.js';
import { synchronous } from './results.js';

export interface ReduceOptions<V> {
  readonly store: string;
  readonly reduce: Reducer<V>;
  readonly oldValues: boolean;
}

/**
 * Combines the values of one key; the first is taken as it is. Records without key or value are dropped
 * (KStreamReduce).
 */
export class Reduce<K, V> extends ProcessorNode<K, V, K, Change<V>> {
  private table!: KeptTable<K, V>;

  constructor(private readonly options: ReduceOptions<V>) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.table = openTable(context, this.options.store, (record) => this.forward(record), this.options.oldValues);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const { key, value } = record;
    if (key === null || value === null) return this.drop('null-key-or-value');
    const former = this.table.get(key);
    const result = former === null ? value : (synchronous(this.options.reduce(former.value, value), 'reduce') ?? null);
    const timestamp = former === null ? record.timestamp : Math.max(record.timestamp, former.timestamp);
    return this.table.update(key, result, former?.value ?? null, timestamp, record);
  }
}
