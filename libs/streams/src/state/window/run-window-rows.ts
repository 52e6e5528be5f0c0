import { int64Text, type ByteString } from '../rows/byte-string.js';
import type { ExpiringRowsParts } from '../expiry/expiring-rows.js';
import { byBytes } from '../rows/merge-rows.js';
import { StoredValue, type Row } from '../rows/rows.js';
import { Runs, unrolled } from '../runs/runs.js';
import { Scan } from '../rows/scan.js';
import { keyOf, startOf, suffixOf, windowSuffix, windowSuffixLength } from './window-key-schema.js';
import type { WindowLayout } from './window-layout.js';
import type { WindowQuery } from './window-query.js';
import { WindowRows } from './window-rows.js';

/**
 * Windows of one key in runs, so that those of a range of time are found without a scan: for stores that are asked for
 * them with every record (sides of joins, sliding windows). Scans of several keys are in the order of segments, then of
 * keys. The layout must be segmented: run and suffix are parts of its row keys.
 */
export class RunWindowRows extends WindowRows {
  protected readonly runs: Runs;

  constructor(parts: ExpiringRowsParts, layout: WindowLayout) {
    super(parts, layout);
    this.runs = new Runs(parts.rows, windowSuffixLength);
  }

  /** Windows of one key by the suffixes of their keys, in order: start, then sequence. */
  fetchSync(key: ByteString, from: number, to: number): Row<StoredValue>[] {
    const { retention } = this.parts;
    const first = Math.max(0, from, retention.earliest);
    const last = Math.min(to, retention.observed);
    if (last < first) return [];
    const lower = windowSuffix(first, 0);
    const upper = windowSuffix(last + 1, 0);
    const segment = retention.segmentOf(first);
    const end = retention.segmentOf(last);
    const found = this.runs.range(int64Text(segment) + key, lower, upper);
    for (let next = segment + 1; next <= end; next++) found.push(...this.runs.range(int64Text(next) + key, lower, upper));
    return found;
  }

  override compare(a: ByteString, b: ByteString): number {
    return byBytes(runOf(a), runOf(b)) || byBytes(suffixOf(a), suffixOf(b));
  }

  protected override read(key: ByteString): StoredValue | undefined {
    return this.runs.get(runOf(key), suffixOf(key));
  }

  protected override write(key: ByteString, value: StoredValue): void {
    this.runs.put(runOf(key), suffixOf(key), value);
  }

  protected override remove(key: ByteString): void {
    this.runs.delete(runOf(key), suffixOf(key));
  }

  protected override removeSegments(from: number, to: number): void {
    this.runs.discard(int64Text(from), int64Text(to));
  }

  protected override find({ key, keyTo, from, to, reverse }: WindowQuery): readonly AsyncIterable<Row<StoredValue>>[] {
    const { retention } = this.parts;
    if (key !== undefined && key === keyTo) {
      const rows = this.fetchSync(key, from, to).map(([suffix, value]): Row<StoredValue> => [
        int64Text(retention.segmentOf(startOf(suffix))) + key + suffix,
        value,
      ]);
      return [listed(rows, reverse)];
    }
    const range = { from: int64Text(retention.segmentOf(Math.max(0, from))), to: int64Text(retention.segmentOf(to) + 1), reverse };
    return [unrolled(this.runs.scan(range), reverse)];
  }
}

/** Where the order of time stands: nothing but a key. */
const indexTag = '\x03';
const nothing = new StoredValue(Buffer.alloc(0));

/**
 * The same with an index by time: scans of several keys are in the order of time, then of keys, and find the windows of
 * a time without reading others. Rows beside the runs:
 *
 *   3, int8 | window start, ms, int64 | key bytes | sequence, int32        (no value)
 */
export class IndexedRunWindowRows extends RunWindowRows {
  override compare(a: ByteString, b: ByteString): number {
    return byBytes(indexRow(a), indexRow(b));
  }

  protected override write(key: ByteString, value: StoredValue): void {
    if (this.read(key) === undefined) this.parts.rows.put(indexRow(key), nothing);
    super.write(key, value);
  }

  protected override remove(key: ByteString): void {
    this.parts.rows.delete(indexRow(key));
    super.remove(key);
  }

  protected override removeSegments(from: number, to: number): void {
    super.removeSegments(from, to);
    const { segmentMs } = this.parts.retention;
    this.parts.rows.discard({ from: indexTag + int64Text(from * segmentMs), to: indexTag + int64Text(to * segmentMs) });
  }

  protected override find(query: WindowQuery): readonly AsyncIterable<Row<StoredValue>>[] {
    const { key, keyTo, from, to, reverse } = query;
    if (key !== undefined && key === keyTo) return super.find(query);
    const index = this.parts.rows.scan({ from: indexTag + int64Text(Math.max(0, from)), to: indexTag + int64Text(to + 1), reverse });
    return [Scan.over(this.indexed(index), index)];
  }

  /** Values are those of the moment in which the scan comes to them. */
  private async *indexed(index: AsyncIterable<Row>): AsyncGenerator<Row<StoredValue>> {
    for await (const [row] of index) {
      const start = row.slice(1, 9);
      const key = int64Text(this.parts.retention.segmentOf(startOf(`${start}\0\0\0\0`))) + row.slice(9, -4) + start + row.slice(-4);
      const value = this.read(key);
      if (value !== undefined) yield [key, value];
    }
  }
}

function runOf(row: ByteString): ByteString {
  return keyOf(row);
}

function indexRow(row: ByteString): ByteString {
  return indexTag + row.slice(-12, -4) + keyOf(row).slice(8) + row.slice(-4);
}

/** A list as a scan. */
async function* listed(rows: Row<StoredValue>[], reverse: boolean): AsyncGenerator<Row<StoredValue>> {
  await Promise.resolve();
  yield* reverse ? rows.reverse() : rows;
}
