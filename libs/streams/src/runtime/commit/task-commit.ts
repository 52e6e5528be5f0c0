import { asError } from '@ouzel/core';
import type { OffsetCommit } from '@ouzel/kafka';
import type { Generation, TaskState } from '../../state/database/task-state.js';
import type { ChangelogInterval } from './changelog-interval.js';
import type { TaskProgress } from './resume-point.js';

/** A task as its commits know it. */
export interface CommittingTask {
  readonly state: TaskState;
  readonly progress: TaskProgress;
  /** Throws where an output of the task was refused. */
  checkOutputs(): void;
  /** Called when the changelog records of the commit are sent. */
  released(): void;
  /** Called when the task can not go on. */
  failed(error: Error): void;
  /** Called when the commit is done. `work` is how many pieces of work of the task it covers. */
  committed(work: number): void;
}

/** The work that was frozen when the commit was prepared. */
export interface FrozenWork {
  readonly offsets: readonly OffsetCommit[];
  /** The changelog records of this commit, and of earlier ones that failed before they were released. */
  readonly changelogs: readonly ChangelogInterval[];
  readonly generation: Generation;
  /** How many pieces of work of the task the commit covers. */
  readonly work: number;
}

/**
 * The commit of one task. A strategy calls `release`, `persist` and `done` in this order, each when what it demands has
 * happened.
 */
export class TaskCommit {
  constructor(
    private readonly task: CommittingTask,
    private readonly frozen: FrozenWork,
  ) {}

  /** How many pieces of work of the task the commit covers. */
  get work(): number {
    return this.frozen.work;
  }

  get offsets(): readonly OffsetCommit[] {
    return this.frozen.offsets;
  }

  /** Whether there is something to release. */
  get hasChangelogRecords(): boolean {
    return this.frozen.changelogs.some(({ isEmpty }) => !isEmpty);
  }

  /** Sends what was logged, once all other outputs are acknowledged. Throws where one was refused. */
  release(): void {
    this.task.checkOutputs();
    for (const changelog of this.frozen.changelogs) changelog.release();
    this.task.released();
  }

  /**
   * Makes local state durable, once all that was written is acknowledged. Returns whether the offsets may be committed.
   * Local state that fails is the failure of this task alone: as long as all of it can be restored, what was
   * acknowledged is enough. Throws where an output was refused.
   */
  async persist(): Promise<boolean> {
    const { state, progress } = this.task;
    const { offsets, changelogs, generation } = this.frozen;
    this.task.checkOutputs();
    const logged = new Map(changelogs.flatMap((changelog) => [...changelog.offsets]));
    progress.logged(logged);
    // Where an input serves as changelog (optimised source tables), its position is the offset of the store.
    const ofInputs = offsets.map(({ topic, offset }): [string, number] => [topic, offset]);
    try {
      await state.commit(generation, new Map([...ofInputs, ...logged]), progress.bookmark(offsets));
      return true;
    } catch (thrown) {
      this.task.failed(asError(thrown));
      return state.isRestorable;
    }
  }

  /** Called when the offsets are committed. */
  done(): void {
    this.task.progress.commitDone(this.offsets);
    this.task.committed(this.frozen.work);
  }
}
