import type { Change } from '../record/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import type { KeptTable } from './kept-table.js';
import { openTable } from './open-table.js';

/** Forwards the changes of a derived table, and keeps its values where it has a store. */
export abstract class TableResult<K, V, R> extends ProcessorNode<K, Change<V>, K, Change<R>> {
  private table: KeptTable<K, R> | undefined;

  constructor(
    private readonly store: string | undefined,
    protected readonly oldValues: boolean,
  ) {
    super();
  }

  override init(context: NodeContext): void | Promise<void> {
    void super.init(context);
    if (this.store !== undefined) this.table = openTable(context, this.store, (record) => this.forward(record), this.oldValues);
  }

  /** The value that the store holds; null where there is none, or no store. */
  protected stored(key: K): R | null {
    return this.table?.get(key)?.value ?? null;
  }

  protected get isStored(): boolean {
    return this.table !== undefined;
  }

  protected result(record: StreamRecord<K, Change<V>>, newValue: R | null, oldValue: R | null): void | Promise<void> {
    const { key, timestamp, headers } = record;
    if (this.table === undefined)
      return this.forward(
        new StreamRecord(
          key,
          { newValue, oldValue: this.oldValues ? oldValue : null, isLatest: record.value.isLatest },
          timestamp,
          headers,
        ),
      );
    return this.table.update(key, newValue, oldValue, timestamp, record);
  }
}
