import type { ApplicationStatus, RestoreEvent } from '@ouzel/streams';

/** The tasks of an instance at one moment. */
export interface TasksSeen {
  readonly isRunning: boolean;
  /** The tasks that process. */
  readonly active: readonly string[];
  readonly standbys: ApplicationStatus['standbys'];
}

/** What an instance tells the process that has started it. */
export type Sign = { readonly tasks: TasksSeen } | { readonly restored: RestoreEvent };
