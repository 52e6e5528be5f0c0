import type { OffsetCommit } from '@ouzel/kafka';
import type { StreamTask } from '../task/stream-task.js';

/** Makes the outputs, the offsets and the state of tasks valid together. One commit runs at a time. */
export interface CommitStrategy {
  /** Called once, before the first commit. Rejects where the cluster can not do what the strategy needs. */
  start(): Promise<void>;
  /**
   * Commits what the tasks have done so far, and returns the offsets. Records go on meanwhile. Throws when the outcome
   * is not a commit: the tasks can not go on from where they are.
   */
  commit(tasks: readonly StreamTask[]): Promise<readonly OffsetCommit[]>;
}
