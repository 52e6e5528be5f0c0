import { int64Text, type ByteString } from '../rows/byte-string.js';
import { ExpiringRows, type ExpiringRowsParts } from '../expiry/expiring-rows.js';
import { byBytes } from '../rows/merge-rows.js';
import { StoredValue, type Row } from '../rows/rows.js';
import { Runs, unrolled } from '../runs/runs.js';
import { Scan } from '../rows/scan.js';
import { endingBetween, type SessionIndex } from './session-index.js';
import { endOf, keyOf, sessionSuffix, sessionSuffixLength, startOf, suffixOf } from './session-key-schema.js';
import { matches, type SessionQuery } from './session-query.js';

const nothing = new StoredValue(Buffer.alloc(0));

/**
 * The lowest layer of a session store: sessions of one key in runs, so that those near a time are found without a scan.
 * A row key is
 *
 *   segment of the end, int64 | session key
 *
 * `index` is undefined where the order of time is not needed. With `isTimeOrdered`, scans of several keys follow it.
 */
export class SessionRows extends ExpiringRows {
  private readonly runs: Runs;

  constructor(
    parts: ExpiringRowsParts,
    private readonly index: SessionIndex | undefined,
    private readonly order: 'key' | 'time',
  ) {
    super(parts);
    this.runs = new Runs(parts.rows, sessionSuffixLength);
  }

  rowKey(key: ByteString, start: number, end: number): ByteString {
    return int64Text(this.parts.retention.segmentOf(end)) + key + sessionSuffix(end, start);
  }

  rowOf(changelogKey: ByteString): ByteString {
    return int64Text(this.parts.retention.segmentOf(endOf(changelogKey))) + changelogKey;
  }

  /** A session that has expired may be removed again without being counted. */
  override put(key: ByteString, value: StoredValue | null): void {
    if (value === null) this.restore(key, null);
    else super.put(key, value);
  }

  /** Sessions of one key by the suffixes of their keys, in order: end, then start. */
  findSync(key: ByteString, earliestEnd: number, latestStart: number): Row<StoredValue>[] {
    const { retention } = this.parts;
    const from = Math.max(0, earliestEnd, retention.earliest);
    const lower = sessionSuffix(from, 0);
    const found: Row<StoredValue>[] = [];
    for (let segment = retention.segmentOf(from); segment <= retention.segmentOf(retention.observed); segment++) {
      for (const row of this.runs.range(int64Text(segment) + key, lower, undefined)) if (startOf(row[0]) <= latestStart) found.push(row);
    }
    return found;
  }

  /**
   * `findSync` where no two sessions of a key overlap, at the cost of those that are found: only one can have begun by
   * `latestStart` and end later.
   */
  findDisjoint(key: ByteString, earliestEnd: number, latestStart: number): Row<StoredValue>[] {
    const { retention } = this.parts;
    const from = Math.max(0, earliestEnd, retention.earliest);
    const last = retention.segmentOf(retention.observed);
    const lower = sessionSuffix(from, 0);
    const upper = sessionSuffix(Math.max(from, latestStart + 1), 0);
    const found: Row<StoredValue>[] = [];
    for (let segment = retention.segmentOf(from); segment <= Math.min(last, retention.segmentOf(latestStart)); segment++)
      found.push(...this.runs.range(int64Text(segment) + key, lower, upper));
    for (let segment = retention.segmentOf(Math.max(from, latestStart + 1)); segment <= last; segment++) {
      const next = this.runs.first(int64Text(segment) + key, upper);
      if (next === undefined) continue;
      if (startOf(next[0]) <= latestStart) found.push(next);
      break;
    }
    return found;
  }

  /** Puts sessions of one key, which are given by their suffixes, into the order of `find`. */
  arrange(found: Row<StoredValue>[]): Row<StoredValue>[] {
    if (this.order === 'key' || found.length < 2) return found;
    return found.sort(([a], [b]) => byBytes(a.slice(0, 8), b.slice(0, 8)) || byBytes(b, a));
  }

  /** Sessions as they are at the call. */
  find(query: SessionQuery): AsyncIterable<Row<StoredValue>> {
    const { retention } = this.parts;
    const shown = { ...query, earliestEnd: Math.max(0, query.earliestEnd, retention.earliest) };
    const rows = this.order === 'time' ? this.byTime(shown.earliestEnd, retention.observed + 1, query.reverse) : this.byKey(shown);
    return Scan.over(this.asked(rows, shown), rows);
  }

  /**
   * Sessions that end at or after `from` and before `to`, in the order of the index; those that are hidden already too.
   */
  ending(from: number, to: number): AsyncIterable<Row<StoredValue>> {
    return this.byTime(Math.max(0, from), to, false);
  }

  /** The order of `find`, by row keys. */
  compare(a: ByteString, b: ByteString): number {
    const { index } = this;
    if (this.order === 'time' && index !== undefined) return byBytes(index.rowOf(a), index.rowOf(b));
    return byBytes(keyOf(a), keyOf(b)) || byBytes(suffixOf(a), suffixOf(b));
  }

  protected override timeOf(key: ByteString): number {
    return endOf(key);
  }

  protected override read(key: ByteString): StoredValue | undefined {
    return this.runs.get(keyOf(key), suffixOf(key));
  }

  protected override write(key: ByteString, value: StoredValue): void {
    if (this.index !== undefined && this.read(key) === undefined) this.parts.rows.put(this.index.rowOf(key), nothing);
    this.runs.put(keyOf(key), suffixOf(key), value);
  }

  protected override remove(key: ByteString): void {
    if (this.index !== undefined) this.parts.rows.delete(this.index.rowOf(key));
    this.runs.delete(keyOf(key), suffixOf(key));
  }

  protected override removeSegments(from: number, to: number): void {
    const { rows, retention } = this.parts;
    this.runs.discard(int64Text(from), int64Text(to));
    if (this.index !== undefined) rows.discard(endingBetween(from * retention.segmentMs, to * retention.segmentMs));
  }

  private byKey({ earliestEnd, reverse }: SessionQuery): AsyncIterable<Row<StoredValue>> {
    const { retention } = this.parts;
    const range = {
      from: int64Text(retention.segmentOf(earliestEnd)),
      to: int64Text(retention.segmentOf(Math.max(0, retention.observed)) + 1),
      reverse,
    };
    return unrolled(this.runs.scan(range), reverse);
  }

  private byTime(from: number, to: number, reverse: boolean): AsyncIterable<Row<StoredValue>> {
    const rows = this.parts.rows.scan({ ...endingBetween(from, to), reverse });
    return Scan.over(this.indexed(this.index!, rows), rows);
  }

  /** Values are those of the moment in which the scan comes to them. */
  private async *indexed(index: SessionIndex, rows: AsyncIterable<Row>): AsyncGenerator<Row<StoredValue>> {
    for await (const [row] of rows) {
      const session = index.sessionOf(row);
      const value = this.read(session);
      if (value !== undefined) yield [session, value];
    }
  }

  private async *asked(rows: AsyncIterable<Row<StoredValue>>, query: SessionQuery): AsyncGenerator<Row<StoredValue>> {
    for await (const row of rows) if (matches(query, row[0])) yield row;
  }
}

/** Returns the group of a session, which is its key. In a group, row keys are in the order of time. */
export function groupOf(session: ByteString): ByteString {
  return keyOf(session).slice(8);
}
