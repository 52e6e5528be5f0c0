import type { RowCopies } from '../rows/row-copies.js';
import type { PlacedRecord } from '../state-store.js';
import { TypedWindowStore, type WindowStoreParts } from './typed-window-store.js';
import type { SingleWindowRows } from './window-rows.js';

export interface PointWindowStoreParts<K, V> extends WindowStoreParts<K, V> {
  readonly rows: SingleWindowRows;
}

/** A window store with a row per window: for operators that need one window at a time. */
export class PointWindowStore<K, V> extends TypedWindowStore<K, V> {
  constructor(
    name: string,
    protected override readonly parts: PointWindowStoreParts<K, V>,
  ) {
    super(name, parts);
  }

  copy(record: PlacedRecord, copies: RowCopies): void {
    const { rows, values } = this.parts;
    if (rows.copyKey(record, copies)) values.copy(record, copies);
  }
}
