import { type Clock, asError, StateError } from '@ouzel/core';
import type { Admin, Fetched, Fetcher, Isolation, TopicPartition } from '@ouzel/kafka';
import type { ChangelogRecord } from '../../state/state-store.js';
import type { ForgottenDeletions } from './forgotten-deletions.js';
import { RestoreProgress, restoreEvent, type RestoreEvent } from './restore-progress.js';

/** A store to bring up to date, and where its records go. */
export interface RestoreRequest extends TopicPartition {
  readonly store: string;
  readonly taskName: string;
  /** Where local state ends: the next offset to read; undefined when there is none. */
  readonly from: number | undefined;
  /** When local state was committed last, epoch ms; undefined where it does not say. */
  readonly committedAt: number | undefined;
  /** An end that is not the topic's: the committed offset, where a source topic serves as changelog. */
  readonly upTo?: number;
  apply(records: readonly ChangelogRecord[], nextOffset: number): Promise<void>;
}

interface Restore {
  readonly request: RestoreRequest;
  readonly progress: RestoreProgress;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * Brings stores up to date from their changelogs, many at once, while other tasks go on (StoreChangelogReader). Reads without a group, through a fetcher of its
 * own; ends at the offset that was the end when it began.
 */
export class ChangelogReader {
  private readonly restores = new Map<string, Restore>();
  private loop: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly fetcher: Fetcher,
    private readonly admin: Admin,
    private readonly clock: Clock,
    private readonly isolation: Isolation,
    private readonly deletions: ForgottenDeletions,
    private readonly listener: (event: RestoreEvent) => void,
  ) {}

  /**
   * Begins to restore. Returns the progress at once, for those who watch, and a promise that ends with it. Rejects with StateError OUZEL_STATE_CORRUPT where the changelog
   * no longer has what local state lacks: it must be wiped and restored from the beginning.
   */
  async begin(request: RestoreRequest): Promise<{ progress: RestoreProgress; finished: Promise<void> }> {
    const [earliest] = await this.admin.listOffsets([request], 'earliest', this.isolation);
    const [latest] = await this.admin.listOffsets([request], 'latest', this.isolation);
    const end = Math.min(latest!.offset, request.upTo ?? Infinity);
    const { from } = request;
    if (from !== undefined && (from > latest!.offset || from < earliest!.offset)) throw this.outOfRange(request);
    if (from !== undefined && from < end) await this.deletions.check(request);
    const start = Math.min(Math.max(from ?? 0, earliest!.offset), Math.max(end, from ?? 0));
    const progress = new RestoreProgress(request.store, request.taskName, from, start, end, start);
    this.listener(restoreEvent('start', progress));
    if (progress.isComplete) {
      this.listener(restoreEvent('end', progress));
      return { progress, finished: Promise.resolve() };
    }
    const finished = new Promise<void>((done, failed) => this.restores.set(keyOf(request), { request, progress, done, failed }));
    this.fetcher.assign(request, start);
    this.loop ??= this.run().finally(() => (this.loop = undefined));
    return { progress, finished };
  }

  /** Forgets the stores of a task that is given up. */
  abandon(taskName: string): void {
    for (const restore of this.restores.values())
      if (restore.request.taskName === taskName)
        this.end(restore, new StateError('OUZEL_TASK_MIGRATED', { what: 'the restore was given up', where: `task ${taskName}` }));
  }

  async close(): Promise<void> {
    this.closed = true;
    this.fetcher.wake();
    await this.loop;
    await this.fetcher.close();
  }

  private async run(): Promise<void> {
    while (this.restores.size > 0 && !this.closed) {
      const fetched = this.fetcher.take(20_000);
      if (fetched.length === 0) {
        await this.fetcher.wait(100);
        continue;
      }
      for (const batch of fetched) await this.apply(batch);
      await this.clock.turn();
    }
  }

  private async apply(batch: Fetched): Promise<void> {
    const restore = this.restores.get(keyOf(batch));
    if (restore === undefined) return;
    const { request, progress } = restore;
    if (batch.error !== undefined) return this.end(restore, batch.error.kind === 'out-of-range' ? this.outOfRange(request) : batch.error);
    try {
      const { endOffset } = progress;
      const records = batch.nextOffset <= endOffset ? batch.records : batch.records.filter(({ offset }) => offset < endOffset);
      const kept = records.filter((record) => record.key !== null) as readonly (ChangelogRecord & { readonly offset: number })[];
      await request.apply(kept, Math.min(batch.nextOffset, endOffset));
      progress.records += records.length;
      progress.position = Math.min(batch.nextOffset, endOffset);
      this.listener(restoreEvent('batch', progress));
      if (progress.isComplete) this.end(restore);
    } catch (thrown) {
      this.end(restore, asError(thrown));
    }
  }

  private end(restore: Restore, error?: Error): void {
    this.restores.delete(keyOf(restore.request));
    this.fetcher.unassign(restore.request);
    if (error !== undefined) return restore.failed(error);
    this.listener(restoreEvent('end', restore.progress));
    restore.done();
  }

  private outOfRange({ topic, partition, from }: RestoreRequest): StateError {
    return new StateError('OUZEL_STATE_CORRUPT', {
      what: `the changelog no longer has the offset ${from} that local state ends at`,
      where: `${topic}-${partition}`,
    });
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}
