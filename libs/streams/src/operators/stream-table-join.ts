import { ProcessorNode, type NodeContext } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { Joiner } from './callbacks.js';
import { synchronous } from './results.js';
import type { TableView, TableViewSpec } from './table-view.js';

export interface StreamTableJoinOptions<K, V, R, Out> {
  readonly kind: 'inner' | 'left';
  readonly table: TableViewSpec<K, R>;
  readonly joiner: Joiner<K, V, R | null, Out>;
}

/**
 * Joins each record with the row of its key (KStreamKTableJoin): the one that was valid at the record's time where the
 * table keeps versions (KIP-914), else the current one. A record without a value is dropped; one without a key too in
 * an inner join, while in a left join it has no row (KIP-962).
 */
export class StreamTableJoin<K, V, R, Out> extends ProcessorNode<K, V, K, Out> {
  private table!: TableView<K, R>;

  constructor(private readonly options: StreamTableJoinOptions<K, V, R, Out>) {
    super();
  }

  override async init(context: NodeContext): Promise<void> {
    void super.init(context);
    this.table = await this.options.table.open(context);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const { key, value } = record;
    const { kind, joiner } = this.options;
    if (value === null || (key === null && kind === 'inner')) return this.drop('null-key-or-value');
    const row = key === null ? null : this.rowOf(key, record.timestamp);
    if (row === null && kind === 'inner') return;
    return this.forward(record.withValue(synchronous(joiner(value, row, key), 'join')));
  }

  private rowOf(key: K, timestamp: number): R | null {
    const { table } = this;
    const found = table.getAsOf === undefined ? table.get(key) : table.getAsOf(key, timestamp);
    return found?.value ?? null;
  }
}
