import { change, type Change } from '../record/change.js';
import type { NodeContext } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import type { TimestampedKeyValueStore, ValueAndTimestamp, VersionedKeyValueStore } from '../state/store.js';
import { forwardChanges, type ChangeForwarder, type Emit } from './change-forwarder.js';
import type { KeptTable } from './kept-table.js';
import { RowExpiry } from './row-expiry.js';

/** A store of the newest values of a table. */
export interface TableStore<K, V> extends TimestampedKeyValueStore<K, V> {
  /** After how long a row without an update is deleted, ms of stream time. Default: never. */
  readonly ttlMs?: number | undefined;
  /** `get` for an operator other than the one that keeps the table. Only stores with a record cache differ. */
  getAndMarkSeen?(key: K): ValueAndTimestamp<V> | null;
}

/** Opens the table that a node keeps. `wantsOldValues`: a node below needs former values. */
export function openTable<K, V>(context: NodeContext, store: string, emit: Emit<K, V>, wantsOldValues: boolean): KeptTable<K, V> {
  const rows = context.getStateStore<TableStore<K, V> | VersionedKeyValueStore<K, V>>(store);
  if (isVersioned(rows)) return new VersionedTable(rows, emit, wantsOldValues);
  const table = new LatestTable(rows, forwardChanges(rows, context, emit, wantsOldValues));
  return rows.ttlMs === undefined ? table : new RowExpiry(context, rows, rows.ttlMs, table);
}

/** Whether a table's store keeps former values with their times. */
export function isVersioned<K, V>(
  store: TimestampedKeyValueStore<K, V> | VersionedKeyValueStore<K, V>,
): store is VersionedKeyValueStore<K, V> {
  return !('putIfAbsent' in store);
}

/** The newest value of each key, whatever its time. */
class LatestTable<K, V> implements KeptTable<K, V> {
  constructor(
    private readonly rows: TimestampedKeyValueStore<K, V>,
    private readonly changes: ChangeForwarder<K, V>,
  ) {}

  get(key: K): ValueAndTimestamp<V> | null {
    return this.rows.get(key);
  }

  update(key: K, newValue: V | null, oldValue: V | null, timestamp: number, from: StreamRecord<unknown, unknown>): void | Promise<void> {
    this.rows.put(key, newValue === null ? null : { value: newValue, timestamp });
    return this.changes.forward(key, newValue, oldValue, timestamp, from);
  }
}

/**
 * All values of each key for some time (KIP-889). What is too old to be kept is not forwarded, what is not the newest
 * is marked (KIP-914). Never cached.
 */
class VersionedTable<K, V> implements KeptTable<K, V> {
  constructor(
    private readonly rows: VersionedKeyValueStore<K, V>,
    private readonly emit: (record: StreamRecord<K, Change<V>>) => void | Promise<void>,
    private readonly wantsOldValues: boolean,
  ) {}

  get(key: K): ValueAndTimestamp<V> | null {
    return this.rows.get(key);
  }

  update(
    key: K,
    newValue: V | null,
    oldValue: V | null,
    timestamp: number,
    { headers }: StreamRecord<unknown, unknown>,
  ): void | Promise<void> {
    const validTo = this.rows.put(key, newValue, timestamp);
    if (validTo === null) return;
    const versioned = { ...change(newValue, this.wantsOldValues ? oldValue : null), isLatest: validTo === -1 };
    return this.emit(new StreamRecord(key, versioned, timestamp, headers));
  }
}
