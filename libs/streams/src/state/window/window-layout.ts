import { bytesOf, int32Text, int64At, int64Text, prefixEnd, type ByteString } from '../rows/byte-string.js';
import type { RowCopies } from '../rows/row-copies.js';
import type { RowRange } from '../rows/rows.js';
import type { PlacedRecord } from '../state-store.js';
import { keyOf, startOf, windowKey, windowSuffixLength } from './window-key-schema.js';
import type { WindowQuery } from './window-query.js';

/** The most segments that a query reads one by one. Of more, reading all rows between them is cheaper. */
const mostRanges = 16;

/** How windows lie in rows: the order of scans, and what expires together. */
export interface WindowLayout {
  rowKey(key: ByteString, start: number, sequence: number): ByteString;
  keyOf(row: ByteString): ByteString;
  startOf(row: ByteString): number;
  changelogKey(row: ByteString): Buffer;
  rowOf(changelogKey: ByteString): ByteString;
  /** Begins the row that `rowOf` names. `start` is the start of its window. */
  copyKey(record: PlacedRecord, start: number, copies: RowCopies): void;
  /** Returns the ranges that contain the windows of a query, in order. They may contain others too. */
  ranges(query: WindowQuery): RowRange[];
  /** Returns the one range that contains the windows of a query. It may contain others too. */
  span(query: WindowQuery): RowRange;
  /** Returns the range of the rows of the segments from `from` up to, and without, `to`. */
  segments(from: number, to: number): RowRange;
  /** Bytes that the key of a cached entry has more in Kafka Streams: a segment and the changelog's key. */
  readonly extraCacheBytes: number;
}

/**
 * Segment after segment, each in the order of the keys: Kafka Streams' persistent stores (WindowKeySchema behind the
 * segments of AbstractSegments).
 *
 *   segment, int64 | window key
 */
export class SegmentedLayout implements WindowLayout {
  readonly extraCacheBytes = 0;

  constructor(private readonly segmentMs: number) {}

  rowKey(key: ByteString, start: number, sequence: number): ByteString {
    return int64Text(this.segmentOf(start)) + windowKey(key, start, sequence);
  }

  keyOf(row: ByteString): ByteString {
    return keyOf(row).slice(8);
  }

  startOf(row: ByteString): number {
    return startOf(row);
  }

  changelogKey(row: ByteString): Buffer {
    return bytesOf(row.slice(8));
  }

  rowOf(changelogKey: ByteString): ByteString {
    return int64Text(this.segmentOf(startOf(changelogKey))) + changelogKey;
  }

  copyKey({ block, keyAt, keyLength }: PlacedRecord, start: number, copies: RowCopies): void {
    copies.number(this.segmentOf(start));
    copies.key(block, keyAt, keyLength);
  }

  ranges({ key, keyTo, from, to, reverse }: WindowQuery): RowRange[] {
    const first = this.segmentOf(Math.max(0, from));
    const last = this.segmentOf(to);
    if ((key === undefined && keyTo === undefined) || last - first > mostRanges) return [{ ...this.segments(first, last + 1), reverse }];
    const ranges: RowRange[] = [];
    for (let segment = first; segment <= last; segment++) {
      const prefix = int64Text(segment);
      const lower = key === undefined ? prefix : key === keyTo ? prefix + windowKey(key, Math.max(0, from), 0) : prefix + key;
      const upper =
        keyTo === undefined
          ? prefixEnd(prefix)
          : key === keyTo
            ? `${prefix}${windowKey(keyTo, to, 0x7fffffff)}\0`
            : prefixEnd(prefix + keyTo);
      ranges.push({ from: lower, to: upper, reverse });
    }
    return reverse ? ranges.reverse() : ranges;
  }

  span({ from, to, reverse }: WindowQuery): RowRange {
    return { from: int64Text(this.segmentOf(from)), to: to === Infinity ? undefined : int64Text(this.segmentOf(to) + 1), reverse };
  }

  segments(from: number, to: number): RowRange {
    return { from: int64Text(from), to: int64Text(to) };
  }

  private segmentOf(start: number): number {
    return Math.floor(start / this.segmentMs);
  }
}

/**
 * Rows in the order of time, then of keys. Kafka Streams has it for in-memory stores, and for persistent ones whose
 * windows are emitted when they close (InMemoryWindowStore, RocksDBTimeOrderedWindowStore).
 *
 *   window start, ms, int64 | key bytes | sequence, int32
 */
export class TimeOrderedLayout implements WindowLayout {
  readonly extraCacheBytes = 8;

  constructor(private readonly segmentMs: number) {}

  rowKey(key: ByteString, start: number, sequence: number): ByteString {
    return int64Text(start) + key + int32Text(sequence);
  }

  keyOf(row: ByteString): ByteString {
    return row.slice(8, -4);
  }

  startOf(row: ByteString): number {
    return int64At(row, 0);
  }

  changelogKey(row: ByteString): Buffer {
    return bytesOf(this.keyOf(row) + row.slice(0, 8) + row.slice(-4));
  }

  rowOf(changelogKey: ByteString): ByteString {
    return changelogKey.slice(-12, -4) + keyOf(changelogKey) + changelogKey.slice(-4);
  }

  copyKey({ block, keyAt, keyLength }: PlacedRecord, start: number, copies: RowCopies): void {
    copies.number(start);
    copies.key(block, keyAt, keyLength - windowSuffixLength);
    copies.key(block, keyAt + keyLength - 4, 4);
  }

  ranges({ key, keyTo, from, to, reverse }: WindowQuery): RowRange[] {
    const isMoment = from === to && from >= 0;
    const first = int64Text(Math.max(0, from)) + (isMoment && key !== undefined ? key : '');
    const last = isMoment && keyTo !== undefined ? prefixEnd(int64Text(to) + keyTo) : int64Text(to + 1);
    return [{ from: first, to: last, reverse }];
  }

  span({ from, to, reverse }: WindowQuery): RowRange {
    return { from: int64Text(from), to: to === Infinity ? undefined : int64Text(to + 1), reverse };
  }

  segments(from: number, to: number): RowRange {
    return { from: int64Text(from * this.segmentMs), to: int64Text(to * this.segmentMs) };
  }
}
