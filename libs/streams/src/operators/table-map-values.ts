import type { Change } from '../record/change.js';
import type { StreamRecord } from '../record/record.js';
import { TableResult } from './table-result.js';
import { synchronous } from './results.js';

export interface TableMapValuesOptions<K, V, V2> {
  readonly mapper: (value: V, key: K) => V2;
  readonly store: string | undefined;
  readonly oldValues: boolean;
}

/** Replaces the values of a table; deletions stay deletions and do not reach the mapper (KTableMapValues). */
export class TableMapValues<K, V, V2> extends TableResult<K, V, V2> {
  constructor(private readonly options: TableMapValuesOptions<K, V, V2>) {
    super(options.store, options.oldValues);
  }

  override process(record: StreamRecord<K, Change<V>>): void | Promise<void> {
    const { newValue, oldValue } = record.value;
    const former = !this.oldValues ? null : this.isStored ? this.stored(record.key) : this.mapped(oldValue, record.key);
    return this.result(record, this.mapped(newValue, record.key), former);
  }

  private mapped(value: V | null, key: K): V2 | null {
    return value === null ? null : (synchronous(this.options.mapper(value, key), 'mapValues') ?? null);
  }
}
