import { ProcessorNode, type NodeContext } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { Joiner } from './callbacks.js';
import { synchronous } from './results.js';
import { storeView, type TableView } from './table-view.js';

export interface StreamGlobalTableJoinOptions<K, V, GK, R, Out> {
  readonly kind: 'inner' | 'left';
  readonly store: string;
  /** The key to look up. */
  readonly on: (value: V, key: K) => GK | null;
  readonly joiner: Joiner<K, V, R | null, Out>;
}

/**
 * Joins each record with the row of a global table that it names, as it is now (KStreamGlobalKTableJoin). A record
 * without a value is dropped, and in an inner join one that names no row.
 */
export class StreamGlobalTableJoin<K, V, GK, R, Out> extends ProcessorNode<K, V, K, Out> {
  private table!: TableView<GK, R>;

  constructor(private readonly options: StreamGlobalTableJoinOptions<K, V, GK, R, Out>) {
    super();
  }

  override async init(context: NodeContext): Promise<void> {
    void super.init(context);
    this.table = await storeView<GK, R>(this.options.store).open(context);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const { key, value } = record;
    const { kind, on, joiner } = this.options;
    if (value === null) return this.drop('null-key-or-value');
    const row = synchronous(on(value, key), 'on') ?? null;
    if (row === null && kind === 'inner') return this.drop('null-key-or-value');
    const found = row === null ? null : (this.table.get(row)?.value ?? null);
    if (found === null && kind === 'inner') return;
    return this.forward(record.withValue(synchronous(joiner(value, found, key), 'join')));
  }
}
