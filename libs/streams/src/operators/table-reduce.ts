import type { Change } from '../processor/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import type { StreamRecord } from '../processor/record.js';
import type { TimestampedKeyValueStore } from '../state/store.js';
import type { Reducer } from './callbacks.js';
import { forwardChanges, type ChangeForwarder } from './change-forwarder.js';
import { synchronous } from './synchronous.js';

export interface TableReduceOptions<V> {
  readonly store: string;
  readonly add: Reducer<V>;
  readonly subtract: Reducer<V>;
  readonly oldValues: boolean;
}

/** Combines the rows of a regrouped table: subtracts what left, where anything is there, then adds what came; the first is taken as it is (KTableReduce). */
export class TableReduce<K, V> extends ProcessorNode<K, Change<V>, K, Change<V>> {
  private table!: TimestampedKeyValueStore<K, V>;
  private changes!: ChangeForwarder<K, V>;

  constructor(private readonly options: TableReduceOptions<V>) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.table = context.getStateStore(this.options.store);
    this.changes = forwardChanges(this.table, context, (record) => this.forward(record), this.options.oldValues);
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
    this.table.put(key, result === null ? null : { value: result, timestamp });
    return this.changes.forward(key, result, old, timestamp, record);
  }
}
