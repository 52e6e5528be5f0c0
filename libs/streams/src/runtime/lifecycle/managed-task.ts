import { asError } from '@ouzel/core';
import type { TopicPartition } from '@ouzel/kafka';
import type { SubTopology } from '../../topology/plan.js';
import type { RestoreProgress } from '../restore/restore-progress.js';
import type { StreamTask } from '../task/stream-task.js';
import { taskName, type TaskId } from '../task/task-id.js';

/** Kafka Streams' states of a task (Task.State). */
export type TaskLifecycle = 'CREATED' | 'RESTORING' | 'RUNNING' | 'SUSPENDED' | 'CLOSED';

/** A task that this member was given: from its opening to its end. */
export class ManagedTask {
  readonly id: TaskId;
  readonly name: string;
  state: TaskLifecycle = 'CREATED';
  /** Of its stores, once restore has begun. */
  progress: readonly RestoreProgress[] = [];
  /** Set while RUNNING. */
  task: StreamTask | undefined;
  private opening: Promise<void> = Promise.resolve();
  private abandoned = false;

  constructor(
    readonly key: string,
    readonly plan: SubTopology,
    readonly partition: number,
    readonly inputs: readonly TopicPartition[],
  ) {
    this.id = { subtopology: plan.id, partition };
    this.name = taskName(this.id);
  }

  get isAbandoned(): boolean {
    return this.abandoned;
  }

  /** Opens in the background. `failed` hears what went wrong, unless the task was given up meanwhile. */
  open(work: () => Promise<void>, failed: (error: Error) => void): void {
    this.opening = work().catch((thrown: unknown) => {
      if (!this.abandoned) failed(asError(thrown));
    });
  }

  /** It is to be given up: whoever opens it stops at the next step. */
  abandon(): void {
    this.abandoned = true;
  }

  opened(): Promise<void> {
    return this.opening;
  }
}
