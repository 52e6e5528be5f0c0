import { asError } from '@ouzel/core';
import type { OffsetCommit } from '@ouzel/kafka';
import type { Generation, TaskState } from '../../state/database/task-state.js';
import type { ChangelogInterval } from './changelog-interval.js';
import type { TaskProgress } from './resume-point.js';

/** The task that a commit is of, as far as the commit knows it. */
export interface CommittingTask {
  readonly state: TaskState;
  readonly progress: TaskProgress;
  /** Throws where an output of the task was refused. */
  checkOutputs(): void;
  /** The changelog records of the commit are on their way. */
  released(): void;
  /** The task can not go on. */
  failed(error: Error): void;
  /** All of the commit is done. `work`: the pieces of work that it covers. */
  committed(work: number): void;
}

/** What was frozen when the commit was prepared. */
export interface FrozenWork {
  readonly offsets: readonly OffsetCommit[];
  /** Of this commit, and of earlier ones that came to nothing before they were released. */
  readonly changelogs: readonly ChangelogInterval[];
  readonly generation: Generation;
  /** Pieces of work of the task that it covers. */
  readonly work: number;
}

/** The commit of one task on its way: `release`, `persist` and `done` are called in this order, each when what the strategy demands has happened. */
export class TaskCommit {
  constructor(
    private readonly task: CommittingTask,
    private readonly frozen: FrozenWork,
  ) {}

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
   * Makes local state durable, once all that was written is acknowledged. Returns whether the offsets may be committed. Local state that fails is the failure of this
   * task alone: as long as all of it can be restored, what was acknowledged is enough. Throws where an output was refused.
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

  /** The group has the offsets. */
  done(): void {
    this.task.progress.commitDone(this.offsets);
    this.task.committed(this.frozen.work);
  }
}
