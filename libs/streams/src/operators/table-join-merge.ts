import type { Change } from '../record/change.js';
import type { StreamRecord } from '../record/record.js';
import { TableResult } from './table-result.js';

export interface TableJoinMergeOptions {
  readonly store: string | undefined;
  readonly oldValues: boolean;
}

/** Brings both sides of a table join together, and keeps the result where it has a store (KTableKTableJoinMerger). */
export class TableJoinMerge<K, V> extends TableResult<K, V, V> {
  constructor({ store, oldValues }: TableJoinMergeOptions) {
    super(store, oldValues);
  }

  override process(record: StreamRecord<K, Change<V>>): void | Promise<void> {
    return this.result(record, record.value.newValue, record.value.oldValue);
  }
}
