import { StateError } from '../errors/index.js';
import type { StorePlan } from '../topology/plan.js';
import type { ByteBatch } from './byte-store.js';
import { MemoryBytes } from './memory/memory-bytes.js';
import type { RecordCache } from './record-cache.js';
import type { ChangelogRecord, StateStore, StoreContext } from './state-store.js';
import { TaskDatabase } from './task-database.js';
import { BufferedRows } from './write-buffer.js';

export interface TaskStateOptions {
  /** Null: everything in memory. */
  readonly directory: string | null;
  readonly applicationId: string;
  readonly fingerprint: string;
  readonly stores: readonly Pick<StorePlan, 'spec' | 'changelog' | 'sourceAsChangelog'>[];
  readonly context: StoreContext;
  readonly cache: RecordCache | undefined;
}

/** What one commit makes durable: taken by `freeze`, handed back to `commit`. */
export interface Generation {
  readonly number: number;
}

interface Opened {
  readonly plan: TaskStateOptions['stores'][number];
  readonly store: StateStore;
  readonly rows: BufferedRows;
}

/** All stores of one task, over one database: opened, restored, committed and closed together. */
export class TaskState {
  readonly stores: ReadonlyMap<string, StateStore>;
  private generation = 0;
  private isFrozen = false;
  private closed = false;

  private constructor(
    private readonly database: TaskDatabase,
    private readonly opened: ReadonlyMap<string, Opened>,
  ) {
    this.stores = new Map([...opened].map(([name, { store }]) => [name, store]));
  }

  /**
   * Opens or creates. Damaged state is wiped where all of it can be restored (see `wiped`); a store without a changelog makes it a StateError
   * OUZEL_STATE_CORRUPT instead, and the folder is left as it is.
   */
  static async open(options: TaskStateOptions): Promise<TaskState> {
    const { directory, applicationId, fingerprint, stores, context, cache } = options;
    const persistent = stores.filter(({ spec }) => spec.persistent);
    const identity = { applicationId, fingerprint, stores: persistent.map(({ spec, changelog }) => ({ name: spec.name, kind: spec.kind, changelog: changelog ?? null })) };
    const database = await TaskDatabase.open(persistent.length === 0 ? null : directory, identity, persistent.find(({ changelog }) => changelog === undefined)?.spec.name);
    const opened = new Map<string, Opened>();
    for (const plan of stores) {
      const { spec, changelog, sourceAsChangelog } = plan;
      const rows = spec.persistent ? new BufferedRows(database.prefixOf(spec.name), database.bytes) : new BufferedRows(Buffer.alloc(2), new MemoryBytes());
      const topic = changelog ?? `${applicationId}-${spec.name}-changelog`;
      const logged = changelog !== undefined && !sourceAsChangelog;
      opened.set(spec.name, { plan, rows, store: spec.create({ context, rows, cache: spec.caching ? cache : undefined, topic, logged }) });
    }
    return new TaskState(database, opened);
  }

  /** Why local state was removed at opening; undefined when it was not. */
  get wiped(): string | undefined {
    return this.database.wiped;
  }

  get uncommittedBytes(): number {
    let bytes = 0;
    for (const { rows } of this.opened.values()) bytes += rows.uncommittedBytes;
    return bytes;
  }

  /** The next changelog offset that the durable rows of a store lack; undefined when it has none, or lives in memory. */
  changelogOffset(store: string): number | undefined {
    return this.database.offsetOf(store);
  }

  /** Applies records of a store's changelog and notes how far it is, in one batch. */
  async restore(store: string, records: readonly ChangelogRecord[], nextOffset: number): Promise<void> {
    const { store: restored, rows, plan } = this.opened.get(store)!;
    for (const record of records) restored.restore(record);
    rows.freeze();
    const batch = rows.frozenBatch();
    if (plan.spec.persistent) await this.database.commit(batch, new Map([[store, nextOffset]]));
    else await rows.write(batch);
    rows.thaw();
  }

  /** Writes, logs and forwards what record caches hold, store by store in the order of the plan. */
  flushCaches(): void | Promise<void> {
    for (const { store } of this.opened.values()) {
      const pending = store.flush();
      if (pending !== undefined) return this.flushLater(store, pending);
    }
  }

  /** Ends a generation: what is written from now on belongs to the next commit. The one before must be committed. */
  freeze(): Generation {
    if (this.isFrozen) throw new StateError('OUZEL_STATE', { what: 'a commit is under way' });
    this.isFrozen = true;
    for (const { rows } of this.opened.values()) rows.freeze();
    return { number: ++this.generation };
  }

  /** Makes a frozen generation durable, with the next offsets of changelogs (by topic): one batch for all persistent stores. */
  async commit({ number }: Generation, offsets: ReadonlyMap<string, number>): Promise<void> {
    if (number !== this.generation || !this.isFrozen || this.closed) throw new StateError('OUZEL_STATE', { what: 'this generation is no longer frozen' });
    const durable: ByteBatch[] = [];
    const byStore = new Map<string, number>();
    for (const [name, { rows, plan }] of this.opened) {
      const batch = rows.frozenBatch();
      const offset = plan.changelog === undefined ? undefined : offsets.get(plan.changelog);
      if (!plan.spec.persistent) await rows.write(batch);
      else {
        durable.push(batch);
        if (offset !== undefined) byStore.set(name, offset);
      }
    }
    const whole = joined(durable);
    if (whole.puts.length + whole.deletes.length + whole.discarded.length + byStore.size > 0) await this.database.commit(whole, byStore);
    for (const { rows } of this.opened.values()) rows.thaw();
    this.isFrozen = false;
  }

  /** Drops what is not durable: after an aborted transaction. */
  discard(): void {
    for (const { rows } of this.opened.values()) rows.reset();
    this.isFrozen = false;
  }

  /** Gives everything back. What was not committed is lost. May be called twice. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const { store } of this.opened.values()) store.close();
    await this.database.bytes.close();
  }

  private async flushLater(from: StateStore, pending: Promise<void>): Promise<void> {
    await pending;
    let isBehind = false;
    for (const { store } of this.opened.values()) {
      if (isBehind) await store.flush();
      else if (store === from) isBehind = true;
    }
  }
}

function joined(batches: readonly ByteBatch[]): ByteBatch {
  return batches.length === 1
    ? batches[0]!
    : { puts: batches.flatMap(({ puts }) => puts), deletes: batches.flatMap(({ deletes }) => deletes), discarded: batches.flatMap(({ discarded }) => discarded) };
}
