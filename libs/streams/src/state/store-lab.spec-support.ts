import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Headers } from '@ouzel/core';
import type { RecordContext } from '../processor/record.js';
import { RecordCache } from './cache/record-cache.js';
import type { StoreSpec } from './kind/store-kind.js';
import type { ChangelogRecord, StoreContext } from './state-store.js';
import { TaskState } from './database/task-state.js';

/** How a store is run: where its rows are, and with which layers. */
export interface Setup {
  readonly rows: 'memory' | 'LevelDB';
  readonly cached: boolean;
}

/** All that a store of each kind must do alike. */
export const setups: readonly Setup[] = [
  { rows: 'memory', cached: false },
  { rows: 'memory', cached: true },
  { rows: 'LevelDB', cached: false },
  { rows: 'LevelDB', cached: true },
];

const changelog = 'changelog';

/** A task with one store, its changelog, and the crashes that it may suffer. */
export class StoreLab<S> implements StoreContext {
  readonly taskId = '0_0';
  record: RecordContext = contextAt(0);
  /** Everything that was logged, as a broker would hold it. */
  readonly logged: ChangelogRecord[] = [];
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
    const lab = new StoreLab<S>({ ...spec, caching: cached }, cached ? new RecordCache(10_000_000) : undefined, folder);
    await lab.openState();
    return lab;
  }

  get store(): S {
    return this.state.stores.get(this.spec.name) as unknown as S;
  }

  /** The record in process from now on. */
  at(timestamp: number, headers = Headers.empty): void {
    this.record = { ...contextAt(timestamp), headers };
  }

  own(): void {}

  log(_store: string, key: Buffer, value: Buffer | null, timestamp: number | null, headers: Headers): void {
    this.logged.push({ key: Buffer.from(key), value: value === null ? null : Buffer.from(value), timestamp, headers });
  }

  drop(): void {
    this.dropped++;
  }

  get openScans(): number {
    return this.state.openScans;
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

  /** The process dies. What was logged since the last commit is still there, or, if the transaction was aborted, is not; then the store is restored. */
  async crash(log: 'kept' | 'aborted'): Promise<void> {
    await this.state.close();
    if (log === 'aborted') this.logged.length = this.committed;
    await this.openState();
    const from = this.state.changelogOffset(this.spec.name) ?? 0;
    await this.state.restore(this.spec.name, this.logged.slice(from), this.logged.length);
    this.committed = this.logged.length;
  }

  /** The transaction is aborted; the process lives on. */
  discard(): void {
    this.logged.length = this.committed;
    this.state.discard();
  }

  async close(): Promise<void> {
    await this.state.close();
    if (this.folder !== null) await rm(this.folder, { recursive: true, force: true });
  }

  private async openState(): Promise<void> {
    const { spec, cache, folder } = this;
    const stores = [{ spec, changelog, sourceAsChangelog: false }];
    this.state = await TaskState.open({
      directory: folder === null ? null : join(folder, 'task'),
      applicationId: 'app',
      fingerprint: 'f',
      partition: 0,
      stores,
      context: this,
      cache,
    });
  }
}

function contextAt(timestamp: number): RecordContext {
  return { topic: 'in', partition: 0, offset: 0, timestamp, headers: Headers.empty, sourceKey: null, sourceValue: null };
}

export async function listed<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const entry of entries) list.push(entry);
  return list;
}

/** A put into the model of a store: null deletes. */
export function putInto<K, V>(model: Map<K, V>, key: K, value: V | null): void {
  if (value === null) model.delete(key);
  else model.set(key, value);
}
