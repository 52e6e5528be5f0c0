import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { readInt64, writeInt64 } from '../bytes/int64.js';
import { StateError } from '../errors/index.js';
import type { ByteBatch, ByteStore } from './byte-store.js';
import { LevelBytes } from './leveldb/leveldb-bytes.js';
import { MemoryBytes } from './memory/memory-bytes.js';
import type { Row } from './rows.js';

/** What a database must have been made for. */
export interface DatabaseIdentity {
  readonly applicationId: string;
  readonly fingerprint: string;
  /** Persistent stores with their changelogs, in any order. */
  readonly stores: readonly { readonly name: string; readonly kind: string; readonly changelog: string | null }[];
}

const formatVersion = 1;
/** Commit rows that are kept: enough to span what LevelDB's log holds. */
const commitRows = 1_000;

/**
 * The one database of a task. Rows of stores stand behind the number of their store; number 0 is the task's own:
 *
 *   0, uint16 | 'i'                 identity, JSON
 *   0, uint16 | 'o' | store name    next offset of the store's changelog, int64
 *   0, uint16 | 'c' | n, int64      commit n
 *   store number, uint16 | key      a row of a store
 *
 * LevelDB opens without an error where its log lost a block in the middle. So every batch leaves a commit row, and a gap in their run tells of a lost one.
 */
export class TaskDatabase {
  private readonly offsets = new Map<string, number>();
  private commits = 0;

  private constructor(
    readonly bytes: ByteStore,
    private readonly numbers: ReadonlyMap<string, number>,
    /** Why what was there before could not be used; undefined when it could, or there was nothing. */
    readonly wiped: string | undefined,
  ) {}

  /**
   * In memory when there is no directory. Damaged or foreign content is removed, see `wiped`; where `irreplaceable` names a store that nothing can restore, it
   * is a StateError OUZEL_STATE_CORRUPT instead.
   */
  static async open(directory: string | null, identity: DatabaseIdentity, irreplaceable?: string): Promise<TaskDatabase> {
    const numbers = new Map([...identity.stores].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name }, i) => [name, i + 1]));
    if (directory === null) return new TaskDatabase(new MemoryBytes(), numbers, undefined);
    const fresh = async (wiped: string | undefined) => {
      const database = new TaskDatabase(await LevelBytes.open(directory), numbers, wiped);
      await database.bytes.write({ puts: [[ownKey('i'), identityRow(identity)]], deletes: [], discarded: [] });
      return database;
    };
    if (!existsSync(directory)) return fresh(undefined);
    const found = await this.reopen(directory, identity, numbers);
    if (found instanceof TaskDatabase) return found;
    if (irreplaceable !== undefined) {
      throw new StateError('OUZEL_STATE_CORRUPT', { what: `local state can not be used, ${found}, and store "${irreplaceable}" has no changelog`, where: directory, help: 'Remove the folder to begin from nothing.' });
    }
    await rm(directory, { recursive: true, force: true });
    return fresh(found);
  }

  /** The database as it is, or the reason why it can not be used. */
  private static async reopen(directory: string, identity: DatabaseIdentity, numbers: ReadonlyMap<string, number>): Promise<TaskDatabase | string> {
    let bytes: LevelBytes | undefined;
    try {
      bytes = await LevelBytes.open(directory);
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

  prefixOf(store: string): Buffer {
    const prefix = Buffer.allocUnsafe(2);
    prefix.writeUInt16BE(this.numbers.get(store)!);
    return prefix;
  }

  offsetOf(store: string): number | undefined {
    return this.offsets.get(store);
  }

  /** Rows of stores and the offsets that they stand for, in one batch. */
  async commit(batch: ByteBatch, offsets: ReadonlyMap<string, number>): Promise<void> {
    const own: Row[] = [...offsets].map(([store, offset]) => [ownKey(`o${store}`), int64(offset)]);
    const n = this.commits + 1;
    own.push([commitKey(n), Buffer.alloc(0)]);
    const old = n > commitRows ? [commitKey(n - commitRows)] : [];
    await this.bytes.write({ puts: [...batch.puts, ...own], deletes: [...batch.deletes, ...old], discarded: batch.discarded });
    this.commits = n;
    for (const [store, offset] of offsets) this.offsets.set(store, offset);
  }

  private async check(identity: DatabaseIdentity): Promise<string | undefined> {
    const row = this.bytes.get(ownKey('i'));
    if (row === undefined) return 'its identity is missing';
    if (!row.equals(identityRow(identity))) return 'it belongs to another application, topology or format';
    let last: number | undefined;
    for await (const [key] of this.bytes.scan({ from: ownKey('c'), to: ownKey('d') })) {
      const n = readInt64(key, 3);
      if (last !== undefined && n !== last + 1) return `commits ${last + 1} to ${n - 1} are missing`;
      last = n;
    }
    this.commits = last ?? 0;
    for await (const [key, value] of this.bytes.scan({ from: ownKey('o'), to: ownKey('p') })) this.offsets.set(key.toString('utf8', 3), readInt64(value, 0));
    return undefined;
  }
}

/** Sum of the changelog offsets in a closed database; undefined where it can not be read. */
export async function storedOffsets(directory: string): Promise<number | undefined> {
  let bytes: LevelBytes | undefined;
  try {
    bytes = await LevelBytes.open(directory);
    let sum = 0;
    for await (const [, value] of bytes.scan({ from: ownKey('o'), to: ownKey('p') })) sum += readInt64(value, 0);
    return sum;
  } catch {
    return undefined;
  } finally {
    await bytes?.close();
  }
}

function ownKey(name: string): Buffer {
  return Buffer.concat([Buffer.alloc(2), Buffer.from(name)]);
}

function commitKey(n: number): Buffer {
  return Buffer.concat([ownKey('c'), int64(n)]);
}

function int64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  writeInt64(bytes, value, 0);
  return bytes;
}

function identityRow(identity: DatabaseIdentity): Buffer {
  const stores = [...identity.stores].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Buffer.from(JSON.stringify({ format: formatVersion, applicationId: identity.applicationId, fingerprint: identity.fingerprint, stores }));
}
