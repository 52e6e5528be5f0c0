import { StateError } from '@ouzel/core';
import { prefixEnd, type ByteString } from '../rows/byte-string.js';
import type { ByteStore } from '../rows/byte-store.js';
import { DecodedBudget, type DecodedShare } from '../rows/decoded-budget.js';
import type { Row, RowRange, Rows, RowValue } from '../rows/rows.js';
import { mapScan } from '../rows/scan.js';

/** The rows of one store as the last commit left them. They can only be read. */
export class CommittedRows implements Rows {
  readonly decoded: DecodedShare = new DecodedBudget(0).open();

  constructor(
    private readonly prefix: ByteString,
    private readonly bytes: ByteStore,
  ) {}

  get(key: ByteString): RowValue | undefined {
    return this.bytes.get(this.prefix + key);
  }

  scan({ from, to, reverse = false }: RowRange): AsyncIterable<Row> {
    const { length } = this.prefix;
    return mapScan(this.bytes.scan({ ...this.whole({ from, to }), reverse }), ([key, value]): Row => [key.slice(length), value]);
  }

  list(): Row[] {
    if (this.bytes.list === undefined) throw new StateError('OUZEL_STATE', { what: 'rows on disk can not be listed at once' });
    return this.bytes.list(this.whole({})).map(([key, value]): Row => [key.slice(this.prefix.length), value]);
  }

  approximateCount(): number {
    return this.bytes.approximateCount(this.whole({}));
  }

  put(): void {
    throw readOnly();
  }

  delete(): void {
    throw readOnly();
  }

  /** Rows that the store would remove because their time is over stay until its task removes them. */
  discard(): void {}

  private whole({ from = '', to }: RowRange): { from: ByteString; to: ByteString | undefined } {
    return { from: this.prefix + from, to: to === undefined ? prefixEnd(this.prefix) : this.prefix + to };
  }
}

function readOnly(): StateError {
  return new StateError('OUZEL_STATE', { what: 'what is committed can only be read' });
}
