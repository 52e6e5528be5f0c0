import { asError } from '@ouzel/core';
import type { OffsetCommit } from '@ouzel/kafka';
import type { Generation, TaskState } from '../../state/database/task-state.js';
import type { CommitInterval } from './commit-interval.js';
import type { TaskProgress } from './resume-point.js';

/** A task as its commits know it. */
export interface CommittingTask {
  readonly name: string;
  readonly state: TaskState;
  readonly progress: TaskProgress;
  /** Throws when Kafka has refused an output of the task. */
  checkOutputs(): void;
  /** Called when the held records of the commit are sent. */
  released(): void;
  /** Called when the task can not go on. */
  failed(error: Error): void;
  /** Called when the commit is done. `work` is how many pieces of work of the task it covers. */
  committed(work: number): void;
}

/** The work that was frozen when the commit was prepared. */
export interface FrozenWork {
  readonly offsets: readonly OffsetCommit[];
  /** The held records of this commit, and of earlier ones that failed before they were released. */
  readonly intervals: readonly CommitInterval[];
  readonly generation: Generation;
  /** How many pieces of work of the task the commit covers. */
  readonly work: number;
}

/**
 * The commit of one task. A strategy calls `release`, `persist` and `done` in this order, each as soon as its own rules
 * allow it.
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

  get taskName(): string {
    return this.task.name;
  }

  get offsets(): readonly OffsetCommit[] {
    return this.frozen.offsets;
  }

  /** Whether there is something to release. */
  get holdsRecords(): boolean {
    return this.frozen.intervals.some(({ isEmpty }) => !isEmpty);
  }

  /** Throws when Kafka has refused an output of the task. */
  checkOutputs(): void {
    this.task.checkOutputs();
  }

  /** Sends the records that were held back. */
  release(): void {
    for (const interval of this.frozen.intervals) interval.release();
    this.task.released();
  }

  /**
   * Makes local state durable. Called when Kafka has acknowledged all records of the commit. Returns whether the
   * offsets may be committed. A failure of local state fails this task alone. The offsets may be committed all the same
   * when all stores can be restored, because their changelogs are complete.
   */
  async persist(): Promise<boolean> {
    const { state, progress } = this.task;
    const { offsets, intervals, generation } = this.frozen;
    const logged = new Map(intervals.flatMap((interval) => [...interval.offsets]));
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

  /** Called when Kafka did not take what was released. The task then begins again from its last commit. */
  failed(error: Error): void {
    this.task.failed(error);
  }

  /** Called when the offsets are committed. */
  done(): void {
    this.task.progress.commitDone(this.offsets);
    this.task.committed(this.frozen.work);
  }
}
