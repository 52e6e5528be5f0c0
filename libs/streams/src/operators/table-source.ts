import { change, type Change } from '../record/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { KeptTable } from './kept-table.js';
import { openTable } from './open-table.js';

export interface TableSourceOptions {
  /** Undefined where no node reads the table: its changes are only passed on. */
  readonly store: string | undefined;
  readonly oldValues: boolean;
}

/**
 * Makes records changes of a table, and keeps the newest value of each key where the table has a store (KTableSource).
 * A record without a key is dropped. An older record overwrites too, as Kafka Streams has it, and a null value deletes,
 * whether anything was there or not.
 */
export class TableSource<K, V> extends ProcessorNode<K, V, K, Change<V>> {
  private table: KeptTable<K, V> | undefined;

  constructor(private readonly options: TableSourceOptions) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    const { store, oldValues } = this.options;
    if (store !== undefined) this.table = openTable(context, store, (record) => this.forward(record), oldValues);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const { key, value, timestamp } = record;
    if (key === null) return this.drop('null-key');
    if (this.table === undefined) return this.forward(record.withValue(change(value, null)));
    const former = this.options.oldValues ? this.table.get(key) : null;
    return this.table.update(key, value, former?.value ?? null, timestamp, record);
  }
}
