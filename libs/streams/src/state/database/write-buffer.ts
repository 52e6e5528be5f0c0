import { StateError } from '@ouzel/core';
import { prefixEnd, type ByteString } from '../rows/byte-string.js';
import type { ByteStore } from './byte-store.js';
import { mergeLists, mergeRows } from '../rows/merge-rows.js';
import type { Row, RowRange, Rows, RowValue } from '../rows/rows.js';
import { HeldScan } from '../rows/scan.js';
import type { DecodedBudget, DecodedShare } from '../cache/decoded-budget.js';
import { Generation, type Write } from './generation.js';
import { RecentCommit } from './recent-commit.js';

/** Bytes that an entry costs beside its key and value: objects and hash table. */
const entryOverhead = 100;

/**
 * The rows of one store as its semantics see them: the active generation over the frozen one (a commit under way) over what is durable. Of the durable rows those of
 * the last commit are still at hand, so that what is in use all the time is not read from disk after each commit.
 */
export class BufferedRows implements Rows {
  /** Scans that were made and not ended. */
  openScans = 0;
  private active = new Generation();
  private frozen: Generation | undefined;
  private recent: RecentCommit;
  readonly decoded: DecodedShare;
  /** Somebody wants to know how many rows there are. */
  private isCounted = false;
  private lastKey: ByteString | undefined;
  private lastWrite: Write | undefined;

  constructor(
    /** In front of every key of this store. */
    private readonly prefix: ByteString,
    private readonly bytes: ByteStore,
    decoded: DecodedBudget,
  ) {
    this.decoded = decoded.open();
    this.recent = new RecentCommit(this.decoded);
  }

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

  /** What is written and not durable counts, whether it replaces something or not. */
  approximateCount(): number {
    this.isCounted = true;
    return this.bytes.approximateCount(this.whole({})) + this.active.writes.size + (this.frozen?.writes.size ?? 0);
  }

  /** Opens a new generation: what was written until now belongs to the next commit, together with what a commit that failed left. */
  freeze(): void {
    if (this.frozen === undefined) this.frozen = this.active;
    else this.frozen.add(this.active);
    this.active = new Generation();
    this.lastKey = this.lastWrite = undefined;
  }

  /** What the frozen generation does to the database, with whole keys. */
  *frozenChanges(): Iterable<Row<RowValue | null>> {
    for (const [key, { value }] of this.frozen?.writes.entries() ?? []) yield [this.prefix + key, value];
  }

  get frozenDiscarded(): readonly RowRange[] {
    return this.frozen?.discarded ?? [];
  }

  get hasFrozen(): boolean {
    const { frozen } = this;
    return frozen !== undefined && (frozen.writes.size > 0 || frozen.discarded.length > 0);
  }

  /** The frozen generation is durable. */
  thaw(): void {
    if (this.frozen !== undefined && this.frozen.writes.size > 0) this.recent.replace(this.frozen);
    this.frozen = undefined;
  }

  /** Brings the count of durable rows up to date, if anybody asks for it. */
  async count(): Promise<void> {
    if (this.isCounted) await this.bytes.count(this.whole({}));
  }

  /** Forgets what is not durable, and what was decoded: the store over these rows is made anew. */
  reset(): void {
    this.active = new Generation();
    this.frozen = undefined;
    this.lastKey = this.lastWrite = undefined;
    this.decoded.reset();
    this.recent = new RecentCommit(this.decoded);
  }

  /** Lets go what is kept beside the bytes. */
  close(): void {
    this.decoded.close();
  }

  /** Straight to the bytes below; for stores that have no part in the database's batch. */
  async writeFrozen(): Promise<void> {
    await this.bytes.write({ changes: this.frozenChanges(), discarded: this.frozenDiscarded });
  }

  /** Whoever reads a key mostly writes it next. */
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

  /** What both generations hold of a range, in order. */
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

function valueOf([key, { value }]: [ByteString, Write]): Row<RowValue | null> {
  return [key, value];
}

function byKey([a]: Row<unknown>, [b]: Row<unknown>): number {
  return a < b ? -1 : 1;
}
