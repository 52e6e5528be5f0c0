import type { Clock, Logger } from '@ouzel/core';
import type { Admin, PartitionOffset, TopicPartition } from '@ouzel/kafka';
import { ChangelogFollower, type FollowerListener } from './changelog-follower.js';
import type { ForgottenDeletions } from './forgotten-deletions.js';
import { OpenTransactionWatch } from './open-transaction-watch.js';
import type { ReaderLoop } from './reader-loop.js';
import { RestoreProgress, type RestoreEvent } from './restore-progress.js';
import { outOfRange, StoreRestore, type RestoreRequest } from './store-restore.js';
import { TaskRestore } from './task-restore.js';

export interface ChangelogReaderParts {
  readonly loop: ReaderLoop;
  readonly admin: Admin;
  readonly deletions: ForgottenDeletions;
  readonly listener: (event: RestoreEvent) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Brings stores up to date from their changelogs, many at once, while other tasks go on (StoreChangelogReader). */
export class ChangelogReader {
  constructor(private readonly parts: ChangelogReaderParts) {}

  /** Begins to restore the stores of a task. */
  restore(taskName: string, requests: readonly RestoreRequest[]): TaskRestore {
    return new TaskRestore(taskName, () => this.begin(taskName, requests));
  }

  /** Begins to follow the changelogs of a standby task, until it is closed or promoted. Rejects as a restore does. */
  async follow(taskName: string, requests: readonly RestoreRequest[], listener: FollowerListener): Promise<readonly ChangelogFollower[]> {
    const { loop } = this.parts;
    const progress = await this.begins(taskName, requests);
    return requests.map((request, i) => new ChangelogFollower(request, progress[i]!, loop, listener));
  }

  private async begin(taskName: string, requests: readonly RestoreRequest[]): Promise<readonly StoreRestore[]> {
    const { loop, listener } = this.parts;
    const progress = await this.begins(taskName, requests);
    return requests.map((request, i) => {
      const watch = new OpenTransactionWatch(request, progress[i]!, this.parts);
      return new StoreRestore(request, progress[i]!, { loop, listener, watch });
    });
  }

  private async begins(taskName: string, requests: readonly RestoreRequest[]): Promise<readonly RestoreProgress[]> {
    if (requests.length === 0) return [];
    const { admin } = this.parts;
    const earliest = await admin.listOffsets(requests, 'earliest', 'read_uncommitted');
    // Records of a transaction that is still open may become part of the store: the restore waits for its end.
    const latest = await admin.listOffsets(requests, 'latest', 'read_uncommitted');
    return Promise.all(
      requests.map((request) => this.progressOf(taskName, request, offsetOf(request, earliest), offsetOf(request, latest))),
    );
  }

  /**
   * Returns what is to be read. Rejects with StateError OUZEL_STATE_CORRUPT where the changelog no longer has what
   * local state lacks.
   */
  private async progressOf(taskName: string, request: RestoreRequest, earliest: number, latest: number): Promise<RestoreProgress> {
    const { from, store, upTo = Infinity } = request;
    const end = Math.min(latest, upTo);
    if (from !== undefined && (from > latest || from < earliest)) throw outOfRange(request);
    if (from !== undefined && from < end) await this.parts.deletions.check(request);
    const start = Math.min(Math.max(from ?? 0, earliest), Math.max(end, from ?? 0));
    return new RestoreProgress(store, taskName, from, start, end, start);
  }
}

function offsetOf({ topic, partition }: TopicPartition, offsets: readonly PartitionOffset[]): number {
  return offsets.find((found) => found.topic === topic && found.partition === partition)!.offset;
}
