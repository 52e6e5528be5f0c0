import type { Change } from '../record/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { Reducer } from './callbacks.js';
import type { KeptTable } from './kept-table.js';
import { openTable } from './open-table.js';
import { synchronous } from './results.js';

export interface TableReduceOptions<V> {
  readonly store: string;
  readonly add: Reducer<V>;
  readonly subtract: Reducer<V>;
  readonly oldValues: boolean;
}

/**
 * Combines the rows of a regrouped table: subtracts what left, where anything is there, then adds what came; the first
 * is taken as it is (KTableReduce).
 */
export class TableReduce<K, V> extends ProcessorNode<K, Change<V>, K, Change<V>> {
  private table!: KeptTable<K, V>;

  constructor(private readonly options: TableReduceOptions<V>) {
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
    const { add, subtract } = this.options;
    const former = this.table.get(key);
    const old = former?.value ?? null;
    const hasLeft = oldValue !== null && old !== null;
    const rest = hasLeft ? (synchronous(subtract(old, oldValue), 'reduce') ?? null) : old;
    const isAdded = newValue !== null && rest !== null;
    const result = isAdded ? (synchronous(add(rest, newValue), 'reduce') ?? null) : (newValue ?? rest);
    const timestamp = former !== null && (hasLeft || isAdded) ? Math.max(record.timestamp, former.timestamp) : record.timestamp;
    return this.table.update(key, result, old, timestamp, record);
  }
}
