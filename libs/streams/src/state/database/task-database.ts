import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { readInt64, writeInt64, StateError } from '@ouzel/core';
import { byteString, bytesOf, int32Text, int64At, int64Text, uint32At, type ByteString } from '../rows/byte-string.js';
import type { ByteBatch, ByteStore } from './byte-store.js';
import { LevelBytes, writeBufferSize } from '../leveldb/leveldb-bytes.js';
import { MemoryBytes } from '../memory/memory-bytes.js';
import { RowCache } from '../cache/row-cache.js';
import { StoredValue, type Row, type RowValue } from '../rows/rows.js';

/** What a database must have been made for. */
export interface DatabaseIdentity {
  readonly applicationId: string;
  readonly fingerprint: string;
  /** Persistent stores with their changelogs, in any order. */
  readonly stores: readonly { readonly name: string; readonly kind: string; readonly changelog: string | null }[];
}

/** Up to where the rows of a database contain one input partition of its task, and what is committed beside that offset. */
export interface InputPosition {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read. */
  readonly offset: number;
  readonly metadata: string;
}

/** What the rows of a batch stand for. */
export interface BatchMarks {
  /** Next offsets of changelogs, by store. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Undefined: the rows do not come from the inputs but from a changelog, and what was known of positions is void. */
  readonly positions: readonly InputPosition[] | undefined;
}

export interface DatabaseOptions {
  /** Null: in memory. */
  readonly directory: string | null;
  readonly identity: DatabaseIdentity;
  /** A store that nothing can restore. */
  readonly irreplaceable: string | undefined;
  readonly rowCache: RowCache;
  /** Resolves when others had their turn. */
  readonly turn: () => Promise<void>;
}

const formatVersion = 4;
/** Commit rows must span what LevelDB's log can lose: two write buffers. */
const bytesSpanned = 3 * writeBufferSize;

/**
 * The one database of a task. Rows of stores stand behind the number of their store; number 0 is the task's own:
 *
 *   0, uint16 | 'i'                 identity, JSON
 *   0, uint16 | 'o' | store name    next offset of the store's changelog, int64
 *   0, uint16 | 'p' | partition, int32 | topic    next offset of this input, int64 | metadata, UTF-8
 *   0, uint16 | 'c' | n, int64      commit n
 *   store number, uint16 | key      a row of a store
 *
 * LevelDB opens without an error where its log lost a block in the middle. So every batch leaves a commit row, and a gap in their run tells of a lost one.
 */
export class TaskDatabase {
  private readonly offsets = new Map<string, number>();
  private inputs = new Map<ByteString, InputPosition>();
  private commits = 0;
  /** Commits whose rows are kept, oldest first, with the size of their batches. */
  private readonly kept: { readonly n: number; readonly bytes: number }[] = [];
  private keptBytes = 0;

  private constructor(
    readonly bytes: ByteStore,
    private readonly numbers: ReadonlyMap<string, number>,
    /** Why what was there before could not be used; undefined when it could, or there was nothing. */
    readonly wiped: string | undefined,
  ) {}

  /**
   * Damaged or foreign content is removed, see `wiped`; where it holds a store that nothing can restore, it is a StateError OUZEL_STATE_CORRUPT instead, and is
   * left as it is.
   */
  static async open({ directory, identity, irreplaceable, rowCache, turn }: DatabaseOptions): Promise<TaskDatabase> {
    const numbers = new Map([...identity.stores].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name }, i) => [name, i + 1]));
    if (directory === null) return new TaskDatabase(new MemoryBytes(), numbers, undefined);
    const fresh = async (wiped: string | undefined) => {
      const database = new TaskDatabase(await LevelBytes.open(directory, rowCache, turn), numbers, wiped);
      await database.bytes.write({ changes: [[ownKey('i'), identityRow(identity)]], discarded: [] });
      return database;
    };
    if (!existsSync(directory)) return fresh(undefined);
    const found = await this.reopen(directory, identity, numbers, rowCache, turn);
    if (found instanceof TaskDatabase) return found;
    if (irreplaceable !== undefined) {
      throw new StateError('OUZEL_STATE_CORRUPT', {
        what: `local state can not be used, ${found}, and store "${irreplaceable}" has no changelog`,
        where: directory,
        help: 'Remove the folder to begin from nothing.',
      });
    }
    await rm(directory, { recursive: true, force: true });
    return fresh(found);
  }

  /** The database as it is, or the reason why it can not be used. */
  private static async reopen(
    directory: string,
    identity: DatabaseIdentity,
    numbers: ReadonlyMap<string, number>,
    rowCache: RowCache,
    turn: () => Promise<void>,
  ): Promise<TaskDatabase | string> {
    let bytes: LevelBytes | undefined;
    try {
      bytes = await LevelBytes.open(directory, rowCache, turn);
      const database = new TaskDatabase(bytes, numbers, undefined);
      const fault = await database.check(identity);
      if (fault === undefined) return database;
      await bytes.close();
      return fault;
    } catch (thrown) {
      await bytes?.close();
      if (thrown instanceof StateError && thrown.code === 'OUZEL_STATE_CORRUPT') return thrown.what;
      throw thrown;
    }
  }

  prefixOf(store: string): ByteString {
    return int32Text(this.numbers.get(store)!).slice(2);
  }

  offsetOf(store: string): number | undefined {
    return this.offsets.get(store);
  }

  /** The inputs that the rows contain; empty where that is not known. */
  get positions(): readonly InputPosition[] {
    return [...this.inputs.values()];
  }

  /** Writes rows of stores and what they stand for in one batch. */
  async commit(batch: ByteBatch, marks: BatchMarks): Promise<void> {
    const n = this.commits + 1;
    const inputs = new Map(marks.positions?.map((position) => [positionKey(position), position]));
    const bytes = await this.bytes.write({ changes: this.withOwn(batch.changes, n, marks, inputs), discarded: batch.discarded });
    this.commits = n;
    this.kept.push({ n, bytes });
    this.keptBytes += bytes;
    for (const [store, offset] of marks.offsets) this.offsets.set(store, offset);
    this.inputs = inputs;
  }

  private *withOwn(
    changes: ByteBatch['changes'],
    n: number,
    { offsets }: BatchMarks,
    inputs: ReadonlyMap<ByteString, InputPosition>,
  ): Iterable<Row<RowValue | null>> {
    yield* changes;
    for (const [store, offset] of offsets) yield [offsetKey(store), int64(offset)];
    for (const [key, position] of inputs) yield [key, positionRow(position)];
    for (const key of this.inputs.keys()) if (!inputs.has(key)) yield [key, null];
    yield [commitKey(n), nothing];
    while (this.kept.length > 0 && this.keptBytes - this.kept[0]!.bytes > bytesSpanned) {
      const { n: old, bytes } = this.kept.shift()!;
      this.keptBytes -= bytes;
      yield [commitKey(old), null];
    }
  }

  private async check(identity: DatabaseIdentity): Promise<string | undefined> {
    const row = this.bytes.get(ownKey('i'));
    if (row === undefined) return 'its identity is missing';
    if (!row.encode().equals(identityRow(identity).payload)) return 'it belongs to another application, topology or format';
    for await (const [key] of this.bytes.scan({ from: ownKey('c'), to: ownKey('d') })) {
      const n = int64At(key, 3);
      if (this.commits > 0 && n !== this.commits + 1) return `commits ${this.commits + 1} to ${n - 1} are missing`;
      this.commits = n;
      this.kept.push({ n, bytes: 0 });
    }
    for await (const [store, offset] of storedOffsets(this.bytes)) this.offsets.set(store, offset);
    for await (const [key, value] of this.bytes.scan({ from: ownKey('p'), to: ownKey('q') })) this.inputs.set(key, positionOf(key, value));
    return undefined;
  }
}

/** Sum of the changelog offsets in a closed database; undefined where it can not be read. */
export async function sumOfOffsets(directory: string): Promise<number | undefined> {
  let bytes: LevelBytes | undefined;
  try {
    bytes = await LevelBytes.open(directory, new RowCache(0), () => Promise.resolve());
    let sum = 0;
    for await (const [, offset] of storedOffsets(bytes)) sum += offset;
    return sum;
  } catch {
    return undefined;
  } finally {
    await bytes?.close();
  }
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

function positionKey({ topic, partition }: InputPosition): ByteString {
  return ownKey('p') + int32Text(partition) + byteString(Buffer.from(topic));
}

function positionRow({ offset, metadata }: InputPosition): StoredValue {
  return new StoredValue(Buffer.concat([int64(offset).payload, Buffer.from(metadata)]));
}

function positionOf(key: ByteString, value: RowValue): InputPosition {
  const bytes = value.encode();
  return {
    topic: bytesOf(key.slice(7)).toString(),
    partition: uint32At(key, 3),
    offset: readInt64(bytes, 0),
    metadata: bytes.toString('utf8', 8),
  };
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
  const stores = [...identity.stores].sort((a, b) => (a.name < b.name ? -1 : 1));
  return new StoredValue(
    Buffer.from(
      JSON.stringify({ format: formatVersion, applicationId: identity.applicationId, fingerprint: identity.fingerprint, stores }),
    ),
  );
}
