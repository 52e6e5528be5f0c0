import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Headers } from '@ouzel/core';
import type { RecordContext } from '../record/record.js';
import { RecordCache } from '../state/cache/record-cache.js';
import { TaskState } from '../state/database/task-state.js';
import type { StoreSpec } from '../state/kind/store-kind.js';
import type { ChangelogRecord, PlacedRecord, StoreContext } from '../state/state-store.js';

/** How a store is run: where its rows are, and whether a record cache stands in front of it. */
export interface Setup {
  readonly rows: 'memory' | 'LevelDB';
  readonly cached: boolean;
}

/** All setups in which a store must do the same. */
export const setups: readonly Setup[] = [
  { rows: 'memory', cached: false },
  { rows: 'memory', cached: true },
  { rows: 'LevelDB', cached: false },
  { rows: 'LevelDB', cached: true },
];

/** The surroundings of a store in a conformance test. */
export interface LabScene<S> {
  readonly setup: Setup;
  /** Runs work on a lab of its own, with an empty store. */
  during(work: (lab: StoreLab<S>) => Promise<void>): Promise<void>;
}

const changelog = 'changelog';

/** A task with one store and its changelog, and the failures that can happen to it. */
export class StoreLab<S> implements StoreContext {
  readonly taskId = '0_0';
  record: RecordContext = contextAt(0, Headers.empty);
  /** Everything that was logged, as a broker would hold it. */
  readonly logged: ChangelogRecord[] = [];
  /** How many puts came after the store's retention. */
  dropped = 0;
  private state!: TaskState;
  private committed = 0;

  private constructor(
    private readonly spec: StoreSpec,
    private readonly cache: RecordCache | undefined,
    private readonly folder: string | null,
  ) {}

  static async open<S>(spec: StoreSpec, { rows, cached }: Setup): Promise<StoreLab<S>> {
    const folder = rows === 'LevelDB' ? await mkdtemp(join(tmpdir(), 'ouzel-lab-')) : null;
    const lab = new StoreLab<S>(
      { ...spec, caching: cached && spec.kind.cacheable === true },
      cached ? new RecordCache(10_000_000) : undefined,
      folder,
    );
    await lab.openState();
    return lab;
  }

  /** Runs a test on a lab of its own. */
  static async during<S>(spec: StoreSpec, setup: Setup, work: (lab: StoreLab<S>) => void | Promise<void>): Promise<void> {
    const lab = await StoreLab.open<S>(spec, setup);
    try {
      await work(lab);
    } finally {
      await lab.close();
    }
  }

  /** The store as it is now; another object after each failure. */
  get store(): S {
    return this.state.stores.get(this.spec.name) as object as S;
  }

  /** Scans that were begun and not ended. */
  get openScans(): number {
    return this.state.openScans;
  }

  /** Sets time and headers of the record in process. */
  at(timestamp: number, headers = Headers.empty): void {
    this.record = contextAt(timestamp, headers);
  }

  own(): void {}

  log(_store: string, key: Buffer, value: Buffer | null, timestamp: number | null, headers: Headers): void {
    this.logged.push({ key: Buffer.from(key), value: value === null ? null : Buffer.from(value), timestamp, headers });
  }

  drop(): void {
    this.dropped++;
  }

  async flush(): Promise<void> {
    await this.state.flushCaches();
  }

  async commit(): Promise<void> {
    await this.flush();
    const generation = this.state.freeze();
    await this.state.commit(generation, new Map([[changelog, (this.committed = this.logged.length)]]));
  }

  /** Begins a commit that never ends. */
  async prepareCommit(): Promise<void> {
    await this.flush();
    this.state.freeze();
  }

  /**
   * Ends the process and starts it again. What was logged since the last commit is kept, or, where its transaction was
   * aborted, lost. The store is restored from there.
   */
  async crash(log: 'kept' | 'aborted'): Promise<void> {
    await this.state.close();
    if (log === 'aborted') this.logged.length = this.committed;
    await this.restart();
  }

  /** Ends the process, loses its disk, and restores the store from the whole changelog. */
  async loseDisk(): Promise<void> {
    await this.state.close();
    if (this.folder !== null) await rm(join(this.folder, 'task'), { recursive: true, force: true });
    await this.restart();
  }

  /** Aborts the transaction; the process goes on. */
  discard(): void {
    this.logged.length = this.committed;
    this.state.discard();
  }

  async close(): Promise<void> {
    await this.state.close();
    if (this.folder !== null) await rm(this.folder, { recursive: true, force: true });
  }

  private async restart(): Promise<void> {
    await this.openState();
    const from = this.state.changelogOffset(this.spec.name) ?? 0;
    await this.state.restore(this.spec.name, this.logged.slice(from).map(placed), this.logged.length);
    this.committed = this.logged.length;
  }

  private async openState(): Promise<void> {
    const { spec, cache, folder } = this;
    this.state = await TaskState.open({
      directory: folder === null ? null : join(folder, 'task'),
      applicationId: 'app',
      fingerprint: 'f',
      partition: 0,
      stores: [{ spec, changelog, sourceAsChangelog: false }],
      context: this,
      cache,
    });
  }
}

function contextAt(timestamp: number, headers: Headers): RecordContext {
  return { topic: 'in', partition: 0, offset: 0, timestamp, headers, sourceKey: null, sourceValue: null };
}

/** Returns a record as it is read from Kafka: between other bytes. */
export function placed({ key, value, timestamp, headers }: ChangelogRecord): PlacedRecord {
  const between = Buffer.from('between');
  const block = Buffer.concat([between, key, between, value ?? between, between]);
  const keyAt = between.length;
  const valueAt = keyAt + key.length + between.length;
  return { key, value, timestamp, headers, block, keyAt, keyLength: key.length, valueAt, valueLength: value === null ? -1 : value.length };
}

export async function listed<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const entry of entries) list.push(entry);
  return list;
}

/** Compares the UTF-8 of two strings, as stores order their keys. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Puts into the model of a store; null deletes. */
export function putInto<K, V>(model: Map<K, V>, key: K, value: V | null): void {
  if (value === null) model.delete(key);
  else model.set(key, value);
}
