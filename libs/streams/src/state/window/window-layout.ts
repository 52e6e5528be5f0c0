import { bytesOf, int32Text, int64At, int64Text, prefixEnd, type ByteString } from '../rows/byte-string.js';
import type { RowRange } from '../rows/rows.js';
import { keyOf, startOf, windowKey } from './window-key-schema.js';
import type { WindowQuery } from './window-query.js';

/** From so many segments on it is cheaper to look at all that is there. */
const mostRanges = 16;

/** How windows lie in rows: the order of scans, and what expires together. */
export interface WindowLayout {
  rowKey(key: ByteString, start: number, sequence: number): ByteString;
  keyOf(row: ByteString): ByteString;
  startOf(row: ByteString): number;
  changelogKey(row: ByteString): Buffer;
  rowOf(changelogKey: ByteString): ByteString;
  /** Where the asked windows can lie, in order; not all that lies there is asked for. */
  ranges(query: WindowQuery): RowRange[];
  /** From the first to the last place where the asked windows can lie. */
  span(query: WindowQuery): RowRange;
  /** All rows of these segments; the second is not among them. */
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
 * In the order of time, then of keys: Kafka Streams' in-memory stores, and persistent ones whose windows are emitted
 * when they close (InMemoryWindowStore, RocksDBTimeOrderedWindowStore).
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
