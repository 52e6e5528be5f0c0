import type { Change } from '../processor/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import { StreamRecord } from '../processor/record.js';
import type { TimestampedKeyValueStore } from '../state/store.js';
import { forwardChanges, type ChangeForwarder } from './change-forwarder.js';

/** Forwards the changes of a derived table, and keeps its values where it has a store. */
export abstract class TableResult<K, V, R> extends ProcessorNode<K, Change<V>, K, Change<R>> {
  private table: TimestampedKeyValueStore<K, R> | undefined;
  private changes: ChangeForwarder<K, R> | undefined;

  constructor(
    private readonly store: string | undefined,
    protected readonly oldValues: boolean,
  ) {
    super();
  }

  override init(context: NodeContext): void | Promise<void> {
    void super.init(context);
    if (this.store === undefined) return;
    this.table = context.getStateStore(this.store);
    this.changes = forwardChanges(this.table!, context, (record) => this.forward(record), this.oldValues);
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
    if (this.table === undefined) return this.forward(new StreamRecord(key, { newValue, oldValue: this.oldValues ? oldValue : null, isLatest: record.value.isLatest }, timestamp, headers));
    this.table.put(key, newValue === null ? null : { value: newValue, timestamp });
    return this.changes!.forward(key, newValue, oldValue, timestamp, record);
  }
}
