import type { OffsetCommit } from '@ouzel/kafka';
import type { StreamTask } from '../task/stream-task.js';

/** How what tasks wrote, their offsets and their state come to be valid together. One commit at a time. */
export interface CommitStrategy {
  /** Commits what the tasks have done so far, and answers the offsets. Records go on meanwhile. Throws when the outcome is not a commit: the tasks can not go on from where they are. */
  commit(tasks: readonly StreamTask[]): Promise<readonly OffsetCommit[]>;
}
