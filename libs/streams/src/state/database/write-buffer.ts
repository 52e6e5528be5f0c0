import { StateError } from '@ouzel/core';
import { prefixEnd, type ByteString } from '../rows/byte-string.js';
import type { ByteStore, Extent } from '../rows/byte-store.js';
import { mergeLists, mergeRows } from '../rows/merge-rows.js';
import type { RowCopies } from '../rows/row-copies.js';
import type { Row, RowRange, Rows, RowValue } from '../rows/rows.js';
import { HeldScan } from '../rows/scan.js';
import type { DecodedBudget, DecodedShare } from '../rows/decoded-budget.js';
import { CommittedRows } from './committed-rows.js';
import { StoreGeneration, type Write } from './generation.js';
import { RecentCommit } from './recent-commit.js';

/** Bytes that a write costs beside its key and value: objects and hash table. */
const entryOverhead = 100;

/**
 * The rows of one store with what is not committed yet. A read looks into the active generation, then into the frozen
 * one (a commit that is under way), then into what the last commit wrote, and then into the bytes below.
 */
export class WriteBuffer implements Rows {
  /** How many scans were made and not ended. */
  openScans = 0;
  private active = new StoreGeneration();
  private frozen: StoreGeneration | undefined;
  private recent: RecentCommit;
  readonly decoded: DecodedShare;
  /** True once the number of rows was asked for. */
  private isCounted = false;
  private lastKey: ByteString | undefined;
  private lastWrite: Write | undefined;

  constructor(
    /** Stands in front of every key of this store in the bytes below. */
    private readonly prefix: ByteString,
    private readonly bytes: ByteStore,
    decoded: DecodedBudget,
  ) {
    this.decoded = decoded.open();
    this.recent = new RecentCommit(this.decoded);
  }

  /** Returns the rows without what is not durable. */
  get committed(): CommittedRows {
    return new CommittedRows(this.prefix, this.bytes);
  }

  /** Returns the bytes that are not durable yet. */
  get uncommittedBytes(): number {
    return this.active.bytes + (this.frozen?.bytes ?? 0);
  }

  get(key: ByteString): RowValue | undefined {
    const write = this.writeOf(key) ?? this.frozen?.writes.get(key) ?? this.recent.generation?.writes.get(key);
    if (write !== undefined) return write.value ?? undefined;
    return this.bytes.get(this.prefix + key);
  }

  put(key: ByteString, value: RowValue): void {
    this.write(key, value, value.size);
  }

  delete(key: ByteString): void {
    this.write(key, null, 0);
  }

  discard(range: RowRange): void {
    const { active } = this;
    for (const [key] of active.writes.range(range.from, range.to)) active.writes.delete(key);
    active.discard(this.whole(range));
    this.lastKey = this.lastWrite = undefined;
  }

  scan(range: RowRange): AsyncIterable<Row> {
    const { reverse = false } = range;
    const durable = this.durable({ ...this.whole(range), reverse });
    const writes = this.writesIn(range);
    if (writes.length === 0) return durable;
    return mergeRows(reverse ? writes.reverse() : writes, durable, reverse);
  }

  list(): Row[] {
    const { bytes, prefix } = this;
    if (bytes.list === undefined) throw new StateError('OUZEL_STATE', { what: 'rows on disk can not be listed at once' });
    const durable = bytes.list(this.whole({})).map(([key, value]): Row => [key.slice(prefix.length), value]);
    return mergeLists(this.writesIn({}), durable);
  }

  /**
   * Returns the number of durable rows, and adds the writes that are not durable, whether they replace a row or not.
   */
  approximateCount(): number {
    this.isCounted = true;
    return this.bytes.approximateCount(this.whole({})) + this.active.writes.size + (this.frozen?.writes.size ?? 0);
  }

  /**
   * Freezes what was written until now, for the next commit, together with what a commit that failed has left. Then
   * opens a new generation.
   */
  freeze(): void {
    if (this.frozen === undefined) this.frozen = this.active;
    else this.frozen.add(this.active);
    this.active = new StoreGeneration();
    this.lastKey = this.lastWrite = undefined;
  }

  /** Returns what the frozen generation does to the database, with whole keys. */
  *frozenChanges(): Iterable<Row<RowValue | null>> {
    for (const [key, { value }] of this.frozen?.writes.entries() ?? []) yield [this.prefix + key, value];
  }

  get frozenDiscarded(): readonly RowRange[] {
    return this.frozen?.discarded ?? [];
  }

  get hasFrozen(): boolean {
    return this.frozen !== undefined && !isEmpty(this.frozen);
  }

  /**
   * Begins to copy rows past this buffer, for the batch that is committed next. Returns undefined where the rows have to
   * be put: those below are in memory, or there are writes that are not durable, which would replace newer copies.
   */
  copies(): RowCopies | undefined {
    if (this.bytes.copies === undefined || this.hasFrozen || !isEmpty(this.active)) return undefined;
    this.recent.clear();
    return this.bytes.copies(this.prefix);
  }

  /** Called when the frozen generation has become durable. */
  thaw(): void {
    if (this.frozen !== undefined && this.frozen.writes.size > 0) this.recent.replace(this.frozen);
    this.frozen = undefined;
  }

  /** Estimates how large the durable rows are. */
  extent(): Promise<Extent> {
    return this.bytes.extent(this.whole({}));
  }

  /** Brings the count of durable rows up to date, where it was ever asked for. */
  async count(): Promise<void> {
    if (this.isCounted) await this.bytes.count(this.whole({}));
  }

  /** Forgets what is not durable, and what was decoded: the store over these rows is made anew. */
  reset(): void {
    this.active = new StoreGeneration();
    this.frozen = undefined;
    this.lastKey = this.lastWrite = undefined;
    this.decoded.reset();
    this.recent = new RecentCommit(this.decoded);
  }

  /** Lets go what is kept beside the bytes. */
  close(): void {
    this.decoded.close();
  }

  /** Writes the frozen generation to the bytes below; for stores that have no part in the batch of the database. */
  async writeFrozen(): Promise<void> {
    await this.bytes.write({ changes: this.frozenChanges(), discarded: this.frozenDiscarded });
  }

  /**
   * Returns the active write of a key. The last one is remembered, because a key that is read is mostly written next.
   */
  private writeOf(key: ByteString): Write | undefined {
    if (key === this.lastKey) return this.lastWrite;
    this.lastKey = key;
    return (this.lastWrite = this.active.writes.get(key));
  }

  private write(key: ByteString, value: RowValue | null, size: number): void {
    const { active } = this;
    const former = this.writeOf(key);
    if (former === undefined) {
      active.writes.set(key, (this.lastWrite = { value }));
      active.bytes += entryOverhead + key.length + size;
    } else {
      active.bytes += size - (former.value?.size ?? 0);
      former.value = value;
    }
  }

  /** Returns what both generations hold of a range, in order. */
  private writesIn({ from, to }: RowRange): Row<RowValue | null>[] {
    const active = this.active.writes.range(from, to).map(valueOf);
    const frozen = this.frozen?.writes.range(from, to).map(valueOf) ?? [];
    return frozen.length === 0 ? active : [...new Map([...frozen, ...active])].sort(byKey);
  }

  private whole({ from = '', to }: RowRange): { from: ByteString; to: ByteString | undefined } {
    return { from: this.prefix + from, to: to === undefined ? prefixEnd(this.prefix) : this.prefix + to };
  }

  private durable(range: RowRange): AsyncIterable<Row> {
    const { length } = this.prefix;
    const rows = this.bytes.scan(range);
    this.openScans++;
    return new HeldScan(
      rows,
      ([key, value]): Row => [key.slice(length), value],
      () => this.openScans--,
    );
  }
}

function isEmpty({ writes, discarded }: StoreGeneration): boolean {
  return writes.size === 0 && discarded.length === 0;
}

function valueOf([key, { value }]: [ByteString, Write]): Row<RowValue | null> {
  return [key, value];
}

function byKey([a]: Row<unknown>, [b]: Row<unknown>): number {
  return a < b ? -1 : 1;
}
