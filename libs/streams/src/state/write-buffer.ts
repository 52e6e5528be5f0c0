import { keyBytes, keyText } from './byte-order.js';
import type { ByteBatch, ByteStore } from './byte-store.js';
import { mergeRows } from './merge-rows.js';
import type { Row, RowRange, Rows } from './rows.js';
import { SortedMap } from './sorted-map.js';

/** What was written to one store between two commits; null is a deletion. */
type Writes = SortedMap<Buffer | null>;

/** Bytes that an entry costs beside its key and value: objects and hash table. */
const entryOverhead = 80;

/**
 * The rows of one store as its semantics see them: the active generation over the frozen one (a commit under way) over what is durable. Keys and values are
 * copied on put, because what is put is often a slice of a whole fetch response.
 */
export class BufferedRows implements Rows {
  uncommittedBytes = 0;
  private active: Writes = new SortedMap();
  private frozen: Writes | undefined;
  private frozenBytes = 0;
  private discarded: RowRange[] = [];
  private frozenDiscarded: RowRange[] = [];

  constructor(
    /** In front of every key of this store. */
    private readonly prefix: Buffer,
    private readonly bytes: ByteStore,
  ) {}

  get(key: Buffer): Buffer | undefined {
    const text = keyText(key);
    const written = this.active.get(text) ?? (this.active.has(text) ? null : this.frozen?.get(text));
    if (written !== undefined) return written ?? undefined;
    if (this.frozen?.has(text) === true) return undefined;
    return this.bytes.get(this.whole(key));
  }

  put(key: Buffer, value: Buffer): void {
    const former = this.enter(key, Buffer.from(value));
    this.uncommittedBytes += former === undefined ? entryOverhead + key.length + value.length : value.length - (former?.length ?? 0);
  }

  delete(key: Buffer): void {
    const former = this.enter(key, null);
    this.uncommittedBytes += former === undefined ? entryOverhead + key.length : -(former?.length ?? 0);
  }

  discard(range: RowRange): void {
    for (const [key] of this.active.range(range.from && keyText(range.from), range.to && keyText(range.to))) this.active.delete(key);
    this.discarded.push(this.wholeRange(range));
  }

  scan(range: RowRange): AsyncIterable<Row> {
    const { reverse = false } = range;
    const below = this.bytes.scan({ ...this.wholeRange(range), reverse });
    const writes = new Map([...this.writesIn(this.frozen, range), ...this.writesIn(this.active, range)]);
    if (writes.size === 0) return stripped(below, this.prefix.length);
    const ordered = [...writes].sort(([a], [b]) => (a < b ? -1 : 1));
    return mergeRows(
      (reverse ? ordered.reverse() : ordered).map(([key, value]) => [keyBytes(key), value] as const),
      stripped(below, this.prefix.length),
      reverse,
    );
  }

  approximateCount(): number {
    return this.bytes.approximateCount(this.wholeRange({})) + this.active.size + (this.frozen?.size ?? 0);
  }

  /** Opens a new generation; what was written until now is `taken` by a commit. */
  freeze(): void {
    this.frozen = this.active;
    this.active = new SortedMap();
    this.frozenBytes = this.uncommittedBytes;
    this.frozenDiscarded = this.discarded;
    this.discarded = [];
  }

  /** What the frozen generation does to the database. */
  frozenBatch(): ByteBatch {
    const puts: Row[] = [];
    const deletes: Buffer[] = [];
    for (const [text, value] of this.frozen?.entries() ?? []) {
      const key = this.whole(keyBytes(text));
      if (value === null) deletes.push(key);
      else puts.push([key, value]);
    }
    return { puts, deletes, discarded: this.frozenDiscarded };
  }

  /** Straight to the bytes below; for stores that have no part in the database's batch. */
  write(batch: ByteBatch): Promise<void> {
    return this.bytes.write(batch);
  }

  /** The frozen generation is durable. */
  thaw(): void {
    this.frozen = undefined;
    this.uncommittedBytes -= this.frozenBytes;
    this.frozenBytes = 0;
    this.frozenDiscarded = [];
  }

  /** Forgets both generations. */
  reset(): void {
    this.active.clear();
    this.frozen = undefined;
    this.discarded = [];
    this.frozenDiscarded = [];
    this.uncommittedBytes = this.frozenBytes = 0;
  }

  private enter(key: Buffer, value: Buffer | null): Buffer | null | undefined {
    const text = keyText(key);
    const former = this.active.get(text);
    this.active.set(text, value);
    return former;
  }

  private writesIn(writes: Writes | undefined, { from, to }: RowRange): [string, Buffer | null][] {
    return writes === undefined ? [] : writes.range(from && keyText(from), to && keyText(to));
  }

  private whole(key: Buffer): Buffer {
    const { prefix } = this;
    const whole = Buffer.allocUnsafe(prefix.length + key.length);
    prefix.copy(whole);
    key.copy(whole, prefix.length);
    return whole;
  }

  private wholeRange({ from, to }: RowRange): { from: Buffer; to: Buffer } {
    const behind = Buffer.from(this.prefix);
    behind.writeUInt16BE(behind.readUInt16BE(0) + 1, 0);
    return { from: from === undefined ? this.prefix : this.whole(from), to: to === undefined ? behind : this.whole(to) };
  }
}

async function* stripped(rows: AsyncIterable<Row>, length: number): AsyncGenerator<Row> {
  for await (const [key, value] of rows) yield [key.subarray(length), value];
}
