import { rm } from 'node:fs/promises';
import { crc32c, readInt64, writeInt64, StateError } from '@ouzel/core';
import { byteString, bytesOf, int32Text, int64At, int64Text, type ByteString } from '../rows/byte-string.js';
import type { ByteBatch, ByteStore } from '../rows/byte-store.js';
import { stateFailure } from '../leveldb/failure.js';
import { LevelBytes, writeBufferSize } from '../leveldb/leveldb-bytes.js';
import { MemoryBytes } from '../memory/memory-bytes.js';
import { RowCache } from '../cache/row-cache.js';
import { StoredValue, type Row, type RowValue } from '../rows/rows.js';

/** Says what a database is for: one that was made for something else is not used. */
export interface DatabaseIdentity {
  readonly applicationId: string;
  readonly fingerprint: string;
  readonly partition: number;
  /** Persistent stores with their changelogs, in any order. */
  readonly stores: readonly { readonly name: string; readonly kind: string; readonly changelog: string | null }[];
}

/** Says what the rows of a batch contain. */
export interface BatchMarks {
  /** Next offsets of changelogs, by store. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Text that the runtime keeps with the rows, see `TaskState.bookmark`; undefined: what was kept is void. */
  readonly bookmark: string | undefined;
}

export interface DatabaseOptions {
  /** Null where everything is kept in memory. */
  readonly directory: string | null;
  readonly identity: DatabaseIdentity;
  /** The name of a store that nothing can restore; undefined where there is none. */
  readonly irreplaceable: string | undefined;
  readonly rowCache: RowCache;
  /** Resolves when other work has had its turn. */
  readonly turn: () => Promise<void>;
  /** Returns the time, epoch ms; undefined where there is no clock. */
  readonly now: () => number | undefined;
  /** A database that was committed longer ago than this is removed. */
  readonly maxAgeMs: number;
}

const formatVersion = 5;
/** The commit rows that are kept must span more than LevelDB's log can lose, which is two write buffers. */
const bytesSpanned = 3 * writeBufferSize;

/**
 * The one database of a task. Rows of stores stand behind the number of their store; number 0 is the task's own:
 *
 *   0, uint16 | 'i'                 identity, JSON
 *   0, uint16 | 'o' | store name    next offset of the store's changelog, int64
 *   0, uint16 | 'b'                 bookmark of the runtime, UTF-8
 *   0, uint16 | 'c' | n, int64      commit n: its time, epoch ms, int64
 *   store number, uint16 | key      a row of a store
 *
 * LevelDB opens without an error where its log lost a block in the middle. So every batch leaves a commit row, and a
 * gap in their run shows a lost one.
 */
export class TaskDatabase {
  private readonly offsets = new Map<string, number>();
  private marked: string | undefined;
  /** When the last batch was written, epoch ms; undefined where there is none, or where that was not known. */
  committedAt: number | undefined;
  private commits = 0;
  /** The commits whose rows are kept, oldest first, with the size of their batches. */
  private readonly kept: { readonly n: number; readonly bytes: number }[] = [];
  private keptBytes = 0;

  private constructor(
    readonly bytes: ByteStore,
    private readonly numbers: ReadonlyMap<string, number>,
    /** Says why the former content was removed; undefined where it was not, or where there was none. */
    readonly wiped: string | undefined,
    private readonly now: () => number | undefined,
  ) {}

  /**
   * Opens or makes the database. Damaged, foreign or too old content is removed, see `wiped`; where damage meets a
   * store that nothing can restore, it is a StateError OUZEL_STATE_CORRUPT instead, and everything is left as it is.
   * Throws OUZEL_STATE where the machine lacks space or rights.
   */
  static async open(options: DatabaseOptions): Promise<TaskDatabase> {
    const { directory, irreplaceable } = options;
    const { maxAgeMs, now } = options;
    if (directory === null) return new TaskDatabase(new MemoryBytes(), numbersOf(options), undefined, options.now);
    let database: TaskDatabase;
    try {
      database = await this.reopen(directory, options, undefined);
    } catch (thrown) {
      const found = stateFailure(thrown, directory);
      if (found.code !== 'OUZEL_STATE_CORRUPT') throw found;
      if (irreplaceable !== undefined) throw irreplaceableState(found, irreplaceable, directory);
      return this.anew(directory, options, found.what);
    }
    const age = (now() ?? 0) - (database.committedAt ?? Infinity);
    if (age <= maxAgeMs) return database;
    await database.bytes.close();
    return this.anew(directory, options, `it was committed last ${Math.round(age / 1_000)} s ago`);
  }

  /** Opens the database as it is. Throws where it can not be used. */
  private static async reopen(directory: string, options: DatabaseOptions, wiped: string | undefined): Promise<TaskDatabase> {
    const { identity, rowCache, turn } = options;
    const bytes = await LevelBytes.open({ location: directory, seed: seedOf(identity), cache: rowCache, turn });
    try {
      const database = new TaskDatabase(bytes, numbersOf(options), wiped, options.now);
      const fault = await database.load(identity);
      if (fault === undefined) return database;
      throw new StateError('OUZEL_STATE_CORRUPT', { what: fault, where: directory });
    } catch (thrown) {
      await closeQuietly(bytes);
      throw thrown;
    }
  }

  /** Makes a new database in the place of one that can not be used. A failure now is not damage. */
  private static async anew(directory: string, options: DatabaseOptions, wiped: string): Promise<TaskDatabase> {
    try {
      await rm(directory, { recursive: true, force: true });
      return await this.reopen(directory, options, wiped);
    } catch (thrown) {
      const { code, what, help, cause } = stateFailure(thrown, directory);
      if (code !== 'OUZEL_STATE_CORRUPT') throw thrown;
      throw new StateError('OUZEL_STATE', {
        what: `new local state can not be made: ${what}`,
        where: directory,
        ...(help === undefined ? {} : { help }),
        cause,
      });
    }
  }

  /** Returns what stands in front of the keys of a store. */
  prefixOf(store: string): ByteString {
    return int32Text(this.numbers.get(store)!).slice(2);
  }

  /** Returns the next changelog offset that the rows of a store lack; undefined where no batch said it. */
  offsetOf(store: string): number | undefined {
    return this.offsets.get(store);
  }

  /** Returns the bookmark of the last batch. */
  get bookmark(): string | undefined {
    return this.marked;
  }

  close(): Promise<void> {
    return this.bytes.close();
  }

  /** Writes rows of stores, and what they contain, in one batch. */
  async commit(batch: ByteBatch, marks: BatchMarks): Promise<void> {
    const n = this.commits + 1;
    const time = this.now();
    const bytes = await this.bytes.write({ ...batch, changes: this.withOwn(batch.changes, n, time, marks) });
    this.commits = n;
    this.committedAt = time;
    this.kept.push({ n, bytes });
    this.keptBytes += bytes;
    for (const [store, offset] of marks.offsets) this.offsets.set(store, offset);
    this.marked = marks.bookmark;
  }

  private *withOwn(
    changes: ByteBatch['changes'],
    n: number,
    time: number | undefined,
    { offsets, bookmark }: BatchMarks,
  ): Iterable<Row<RowValue | null>> {
    yield* changes;
    for (const [store, offset] of offsets) yield [offsetKey(store), int64(offset)];
    if (bookmark !== this.marked) yield [ownKey('b'), bookmark === undefined ? null : new StoredValue(Buffer.from(bookmark))];
    yield [commitKey(n), time === undefined ? nothing : int64(time)];
    while (this.kept.length > 0 && this.keptBytes - this.kept[0]!.bytes > bytesSpanned) {
      const { n: old, bytes } = this.kept.shift()!;
      this.keptBytes -= bytes;
      yield [commitKey(old), null];
    }
  }

  /** Checks the identity of the database, and writes that of a new one. Returns why it cannot be used. */
  private async load(identity: DatabaseIdentity): Promise<string | undefined> {
    const row = this.bytes.get(ownKey('i'));
    if (row === undefined) {
      if (!(await isEmpty(this.bytes))) return 'its identity is missing';
      await this.bytes.write({ changes: [[ownKey('i'), identityRow(identity)]], discarded: [] });
      return undefined;
    }
    if (!row.encode().equals(identityRow(identity).payload)) return 'it belongs to another application, topology or format';
    for await (const [key, time] of this.bytes.scan({ from: ownKey('c'), to: ownKey('d') })) {
      const n = int64At(key, 3);
      if (this.commits > 0 && n !== this.commits + 1) return `commits ${this.commits + 1} to ${n - 1} are missing`;
      this.commits = n;
      this.committedAt = time.size === 0 ? undefined : readInt64(time.encode(), 0);
      this.kept.push({ n, bytes: 0 });
    }
    for await (const [store, offset] of storedOffsets(this.bytes)) this.offsets.set(store, offset);
    this.marked = this.bytes.get(ownKey('b'))?.encode().toString();
    return undefined;
  }
}

/**
 * Returns the error for damaged state that holds a store without a changelog. Such state is left as it is, so that
 * people can save what can be saved.
 */
export function irreplaceableState(found: StateError, store: string, where: string): StateError {
  return new StateError('OUZEL_STATE_CORRUPT', {
    what: `local state can not be used, ${found.what}, and store "${store}" has no changelog`,
    where,
    help: 'Remove the folder to begin from nothing.',
    cause: found,
  });
}

/** Says whose state lies in a folder. */
export type DatabaseOwner = Pick<DatabaseIdentity, 'applicationId' | 'fingerprint' | 'partition'>;

/** Returns the sum of the changelog offsets in a closed database; undefined where it can not be read. */
export async function sumOfOffsets(directory: string, owner: DatabaseOwner, turn: () => Promise<void>): Promise<number | undefined> {
  let bytes: LevelBytes | undefined;
  try {
    bytes = await LevelBytes.open({ location: directory, seed: seedOf(owner), cache: new RowCache(0), turn });
    let sum = 0;
    for await (const [, offset] of storedOffsets(bytes)) sum += offset;
    return sum;
  } catch {
    return undefined;
  } finally {
    if (bytes !== undefined) await closeQuietly(bytes);
  }
}

/** Closes after a failure. The failure says more than an error of the close would. */
async function closeQuietly(bytes: ByteStore): Promise<void> {
  await bytes.close().catch(() => {});
}

async function isEmpty(bytes: ByteStore): Promise<boolean> {
  const rows = bytes.scan({})[Symbol.asyncIterator]();
  try {
    return (await rows.next()).done === true;
  } finally {
    await rows.return?.();
  }
}

function numbersOf({ identity }: DatabaseOptions): ReadonlyMap<string, number> {
  return new Map([...identity.stores].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name }, i) => [name, i + 1]));
}

/**
 * Returns the seed of the row checksums. It differs between tasks, so a file of one task in the folder of another is
 * found.
 */
function seedOf({ applicationId, fingerprint, partition }: DatabaseOwner): number {
  return crc32c(Buffer.from(`${applicationId}/${fingerprint}/${partition}`));
}

async function* storedOffsets(bytes: ByteStore): AsyncGenerator<readonly [store: string, offset: number]> {
  for await (const [key, value] of bytes.scan({ from: ownKey('o'), to: ownKey('p') }))
    yield [bytesOf(key.slice(3)).toString(), readInt64(value.encode(), 0)];
}

function ownKey(name: string): ByteString {
  return `\0\0${name}`;
}

function offsetKey(store: string): ByteString {
  return ownKey('o') + byteString(Buffer.from(store));
}

function commitKey(n: number): ByteString {
  return ownKey('c') + int64Text(n);
}

const nothing = new StoredValue(Buffer.alloc(0));

function int64(value: number): StoredValue {
  const bytes = Buffer.allocUnsafe(8);
  writeInt64(bytes, value, 0);
  return new StoredValue(bytes);
}

function identityRow(identity: DatabaseIdentity): StoredValue {
  const { applicationId, fingerprint, partition } = identity;
  const stores = [...identity.stores].sort((a, b) => (a.name < b.name ? -1 : 1));
  return new StoredValue(Buffer.from(JSON.stringify({ format: formatVersion, applicationId, fingerprint, partition, stores })));
}
