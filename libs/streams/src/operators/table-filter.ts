import type { Change } from '../record/change.js';
import type { StreamRecord } from '../record/record.js';
import { TableResult } from './table-result.js';
import { synchronous } from './results.js';

export interface TableFilterOptions<K, V> {
  readonly predicate: (value: V, key: K) => boolean;
  readonly store: string | undefined;
  readonly oldValues: boolean;
  /** The table above keeps versions. */
  readonly isVersioned: boolean;
}

/**
 * Keeps the rows that the predicate accepts; the others become deletions. Where former values are known, a row that was
 * and is not accepted is passed over; where they are not, it is deleted again each time (KTableFilter). Of versions
 * none is passed over: one that is not accepted still ends the one before it (KIP-914).
 */
export class TableFilter<K, V> extends TableResult<K, V, V> {
  constructor(private readonly options: TableFilterOptions<K, V>) {
    super(options.store, options.oldValues);
  }

  override process(record: StreamRecord<K, Change<V>>): void | Promise<void> {
    const { newValue, oldValue } = record.value;
    const value = this.accepted(newValue, record.key);
    const former = this.former(oldValue, record.key);
    if (this.oldValues && value === null && former === null && !this.options.isVersioned) return;
    return this.result(record, value, former);
  }

  private former(oldValue: V | null, key: K): V | null {
    if (this.isStored) return this.oldValues ? this.stored(key) : null;
    return this.oldValues ? this.accepted(oldValue, key) : null;
  }

  private accepted(value: V | null, key: K): V | null {
    return value !== null && synchronous(this.options.predicate(value, key), 'filter') ? value : null;
  }
}
