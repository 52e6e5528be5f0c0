import { type Clock, StateError } from '@ouzel/core';
import type { Extent } from '../rows/byte-store.js';
import type { RowCopies } from '../rows/row-copies.js';
import type { RowRange } from '../rows/rows.js';
import { MemoryBytes } from '../memory/memory-bytes.js';
import type { RecordCache } from '../cache/record-cache.js';
import { DecodedBudget } from '../rows/decoded-budget.js';
import { RowCache } from '../cache/row-cache.js';
import { engineParts } from '../kind/engine-parts.js';
import type { StorePlan } from '../kind/store-plan.js';
import type { ChangelogRecord, PlacedRecord, StateStore, StoreContext } from '../state-store.js';
import { irreplaceableStore } from './irreplaceable-store.js';
import { TaskDatabase } from './task-database.js';
import { WriteBuffer } from './write-buffer.js';

export interface TaskStateOptions {
  /** Folder of the database; null where everything is kept in memory. */
  readonly directory: string | null;
  readonly applicationId: string;
  readonly fingerprint: string;
  readonly partition: number;
  readonly stores: readonly Pick<StorePlan, 'spec' | 'changelog' | 'sourceAsChangelog'>[];
  readonly context: StoreContext;
  readonly cache: RecordCache | undefined;
  /** Keeps rows that were read from disk. Default: none are kept. */
  readonly rowCache?: RowCache | undefined;
  /** Limits what stores keep decoded. Default: a budget of this task's own. */
  readonly decoded?: DecodedBudget | undefined;
  /**
   * Tells the time of commits, and lets other work have its turn while a large commit is put together. Default:
   * neither.
   */
  readonly clock?: Clock;
  /** Local state that was committed longer ago than this is removed at opening; needs the clock. Default: never. */
  readonly maxAgeMs?: number | undefined;
}

/** The writes that one commit makes durable: `freeze` returns them, and `commit` takes them. */
export interface Generation {
  readonly number: number;
}

interface Opened {
  readonly plan: TaskStateOptions['stores'][number];
  readonly store: StateStore;
  readonly rows: WriteBuffer;
}

/** All stores of one task, over one database. They are opened, restored, committed and closed together. */
export class TaskState {
  private opened: ReadonlyMap<string, Opened>;
  private shown: ReadonlyMap<string, StateStore>;
  /** The next changelog offsets of the stores that live in memory. */
  private readonly inMemory = new Map<string, number>();
  private generation = 0;
  /** The number of the generation that may be committed. */
  private frozen: number | undefined;
  /** Resolves when the commit that is under way has ended. */
  private committing: Promise<void> | undefined;
  /** Settles when the restore that was called last is done. */
  private restoring: Promise<void> = Promise.resolve();
  private closed = false;

  private constructor(
    private readonly database: TaskDatabase,
    private readonly options: TaskStateOptions,
  ) {
    const { decoded = new DecodedBudget() } = options;
    const rows = new Map(
      options.stores.map(({ spec }) => [
        spec.name,
        spec.persistent
          ? new WriteBuffer(database.prefixOf(spec.name), database.bytes, decoded)
          : new WriteBuffer('', new MemoryBytes(), decoded),
      ]),
    );
    this.opened = new Map(options.stores.map((plan) => [plan.spec.name, this.create(plan, rows.get(plan.spec.name)!)]));
    this.shown = storesOf(this.opened);
  }

  /**
   * Opens the state, or makes it. Damaged state is wiped where all of it can be restored, see `wiped`. Throws
   * StateError OUZEL_STATE_CORRUPT where a store has no changelog, and leaves the folder as it is then; OUZEL_STATE
   * where the machine lacks space or rights; OUZEL_STATE_LOCKED where another process has the state open.
   */
  static async open(options: TaskStateOptions): Promise<TaskState> {
    const { directory, applicationId, fingerprint, partition, clock } = options;
    const persistent = options.stores.filter(({ spec }) => spec.persistent);
    const stores = persistent.map(({ spec, changelog }) => ({
      name: spec.name,
      kind: spec.kind.identity(spec.options),
      changelog: changelog ?? null,
    }));
    const database = await TaskDatabase.open({
      directory: persistent.length === 0 ? null : directory,
      identity: { applicationId, fingerprint, partition, stores },
      irreplaceable: irreplaceableStore(options.stores),
      rowCache: options.rowCache ?? new RowCache(0),
      turn: () => clock?.turn() ?? Promise.resolve(),
      now: () => clock?.now(),
      maxAgeMs: options.maxAgeMs ?? Infinity,
    });
    try {
      return new TaskState(database, options);
    } catch (thrown) {
      await database.close();
      throw thrown;
    }
  }

  get stores(): ReadonlyMap<string, StateStore> {
    return this.shown;
  }

  /** Says why local state was removed at opening; undefined where it was not. */
  get wiped(): string | undefined {
    return this.database.wiped;
  }

  /**
   * The damage that was found while the state was open; undefined: none. What was read since may be wrong: close it,
   * and open it anew.
   */
  get damage(): StateError | undefined {
    return this.database.bytes.damage;
  }

  /** Returns when the last commit was made, epoch ms; undefined where there was none, or its time is unknown. */
  get committedAt(): number | undefined {
    return this.database.committedAt;
  }

  /** Returns whether everything that is on disk could be restored from changelogs. */
  get isRestorable(): boolean {
    return irreplaceableStore(this.options.stores) === undefined;
  }

  /** Returns the bytes that stores have written and that are not durable yet. */
  get uncommittedBytes(): number {
    let bytes = 0;
    for (const { rows } of this.opened.values()) bytes += rows.uncommittedBytes;
    return bytes;
  }

  /** Returns how many scans of stores were made and not ended. */
  get openScans(): number {
    return [...this.opened.values()].reduce((sum, { rows }) => sum + rows.openScans, 0);
  }

  /** Estimates how large the durable rows of each store are. */
  async extents(): Promise<ReadonlyMap<string, Extent>> {
    return new Map(await Promise.all([...this.opened].map(async ([name, { rows }]) => [name, await rows.extent()] as const)));
  }

  /** Returns the next changelog offset that the committed rows of a store lack; undefined where it has none. */
  changelogOffset(store: string): number | undefined {
    return this.inMemory.get(store) ?? this.database.offsetOf(store);
  }

  /**
   * Returns the text that the last commit kept with the rows, for the runtime to know what they contain. Undefined
   * where no commit did, where rows came from changelogs since then, and where all stores live in memory. A commit that
   * changes no row keeps the text of the one before.
   */
  get bookmark(): string | undefined {
    return this.database.bookmark;
  }

  /**
   * Applies records of a store's changelog and notes how far it is, in one batch. May be called for several stores at
   * once; they take turns.
   */
  restore(store: string, records: readonly ChangelogRecord[], nextOffset: number): Promise<void> {
    const restore = () => this.restoreNext(store, records, nextOffset);
    return (this.restoring = this.restoring.then(restore, restore));
  }

  private async restoreNext(store: string, records: readonly ChangelogRecord[], nextOffset: number): Promise<void> {
    const { store: restored, rows, plan } = this.opened.get(store)!;
    const copied = copiesOf(restored, rows, records);
    if (copied === undefined) for (const record of records) restored.restore(record);
    restored.checkpoint?.();
    rows.freeze();
    if (plan.spec.persistent) {
      const batch = { changes: rows.frozenChanges(), discarded: rows.frozenDiscarded, copied };
      const bookmark = records.length === 0 ? this.bookmark : undefined;
      await this.database.commit(batch, { offsets: new Map([[store, nextOffset]]), bookmark });
    } else {
      await rows.writeFrozen();
      this.inMemory.set(store, nextOffset);
    }
    rows.thaw();
  }

  /** Writes, logs and forwards what record caches hold, store by store in the order of the plan. */
  flushCaches(): void | Promise<void> {
    return this.flushFrom([...this.opened.values()], 0);
  }

  /**
   * Ends a generation: what is written from now on belongs to the next commit. The generation also holds what an
   * earlier one left uncommitted.
   */
  freeze(): Generation {
    if (this.committing !== undefined)
      throw new StateError('OUZEL_STATE', { what: 'a commit is under way', where: `task ${this.options.context.taskId}` });
    for (const { store, rows } of this.opened.values()) {
      store.checkpoint?.();
      rows.freeze();
    }
    return { number: (this.frozen = ++this.generation) };
  }

  /**
   * Makes the generation that was frozen last durable, with the next offsets of changelogs (by topic) and a bookmark:
   * one batch for all persistent stores.
   */
  async commit({ number }: Generation, offsets: ReadonlyMap<string, number>, bookmark?: string): Promise<void> {
    if (number !== this.frozen || this.committing !== undefined || this.closed)
      throw new StateError('OUZEL_STATE', {
        what: 'this generation is no longer to be committed',
        where: `task ${this.options.context.taskId}`,
      });
    this.committing = this.makeDurable(offsets, bookmark);
    try {
      await this.committing;
    } finally {
      this.committing = undefined;
    }
  }

  /**
   * Returns a store as the last commit left it, for one query: without what was written since, without caches. Waits
   * while a commit is under way, so that no query sees a part of it. Undefined where there is no such store.
   */
  async committedStore(name: string): Promise<StateStore | undefined> {
    while (this.committing !== undefined) await this.committing.catch(() => {});
    const opened = this.opened.get(name);
    if (opened === undefined || this.closed) return undefined;
    const { spec } = opened.plan;
    const { context } = this.options;
    const topic = this.topicOf(opened.plan);
    return spec.kind.create(spec, engineParts(spec, { context, rows: opened.rows.committed, cache: undefined, topic, logged: false }));
  }

  /** Drops what is not durable, and makes the stores anew. Called after an aborted transaction. */
  discard(): void {
    for (const { store, rows } of this.opened.values()) {
      store.close();
      rows.reset();
    }
    this.frozen = undefined;
    this.opened = new Map([...this.opened].map(([name, { plan, rows }]) => [name, this.create(plan, rows)]));
    this.shown = storesOf(this.opened);
  }

  /** Closes the stores and the database. What was not committed is lost. May be called twice. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    try {
      for (const { store, rows } of this.opened.values()) {
        rows.close();
        store.close();
      }
    } finally {
      await this.database.close();
    }
  }

  private create(plan: TaskStateOptions['stores'][number], rows: WriteBuffer): Opened {
    const { spec, changelog, sourceAsChangelog } = plan;
    const { context, cache } = this.options;
    const topic = this.topicOf(plan);
    const logged = changelog !== undefined && !sourceAsChangelog;
    const parts = engineParts(spec, { context, rows, cache: spec.caching ? cache : undefined, topic, logged });
    return { plan, rows, store: spec.kind.create(spec, parts) };
  }

  private topicOf({ spec, changelog }: TaskStateOptions['stores'][number]): string {
    return changelog ?? `${this.options.applicationId}-${spec.name}-changelog`;
  }

  private async makeDurable(offsets: ReadonlyMap<string, number>, bookmark: string | undefined): Promise<void> {
    await this.writeDurable(offsets, bookmark);
    await this.writeInMemory(offsets);
    for (const { rows } of this.opened.values()) {
      rows.thaw();
      await rows.count();
    }
    this.frozen = undefined;
  }

  private async writeDurable(offsets: ReadonlyMap<string, number>, bookmark: string | undefined): Promise<void> {
    const byStore = new Map<string, number>();
    const changed: WriteBuffer[] = [];
    for (const [name, { rows, plan }] of this.opened) {
      if (!plan.spec.persistent) continue;
      if (rows.hasFrozen) changed.push(rows);
      const offset = plan.changelog === undefined ? undefined : offsets.get(plan.changelog);
      if (offset !== undefined) byStore.set(name, offset);
    }
    if (changed.length + byStore.size === 0) return;
    const discarded: RowRange[] = changed.flatMap(({ frozenDiscarded }) => frozenDiscarded);
    await this.database.commit({ changes: changesOf(changed), discarded }, { offsets: byStore, bookmark });
  }

  private async writeInMemory(offsets: ReadonlyMap<string, number>): Promise<void> {
    for (const [name, { plan, rows }] of this.opened) {
      if (plan.spec.persistent) continue;
      await rows.writeFrozen();
      const offset = plan.changelog === undefined ? undefined : offsets.get(plan.changelog);
      if (offset !== undefined) this.inMemory.set(name, offset);
    }
  }

  private flushFrom(opened: readonly Opened[], from: number): void | Promise<void> {
    for (let i = from; i < opened.length; i++) {
      const pending = opened[i]!.store.flush();
      if (pending !== undefined) return pending.then(() => this.flushFrom(opened, i + 1));
    }
  }
}

/** Copies the rows of records where they and their store allow it. Returns undefined where they must be restored. */
function copiesOf(store: StateStore, rows: WriteBuffer, records: readonly ChangelogRecord[]): RowCopies | undefined {
  if (store.copy === undefined || !arePlaced(records)) return undefined;
  const copies = rows.copies();
  if (copies !== undefined) for (const record of records) store.copy(record, copies);
  return copies;
}

/** All records of a restore come the same way. */
function arePlaced(records: readonly ChangelogRecord[]): records is readonly PlacedRecord[] {
  return (records[0] as Partial<PlacedRecord> | undefined)?.block !== undefined;
}

function storesOf(opened: ReadonlyMap<string, Opened>): ReadonlyMap<string, StateStore> {
  return new Map([...opened].map(([name, { store }]) => [name, store]));
}

function* changesOf(changed: readonly WriteBuffer[]): ReturnType<WriteBuffer['frozenChanges']> {
  for (const rows of changed) yield* rows.frozenChanges();
}
