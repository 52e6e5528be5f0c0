import { PartitionMap, type TopicPartition } from '@ouzel/kafka';
import type { RecordQueue } from '../task/record-queue.js';
import type { StreamTask } from '../task/stream-task.js';
import type { ManagedTask } from './managed-task.js';

/** The task and the queue that the records of a partition go to. */
export interface Route {
  readonly managed: ManagedTask;
  readonly task: StreamTask;
  readonly queue: RecordQueue;
}

/** The tasks that process, and the queue of each partition that they read. */
export class Routes {
  private readonly byPartition = new PartitionMap<Route>();
  private active: readonly StreamTask[] = [];

  /** The tasks that process. */
  get tasks(): readonly StreamTask[] {
    return this.active;
  }

  of(place: TopicPartition): Route | undefined {
    return this.byPartition.get(place);
  }

  add(managed: ManagedTask, task: StreamTask): void {
    for (const queue of task.queues) this.byPartition.set(queue, { managed, task, queue });
    this.active = [...this.active, task];
  }

  remove({ inputs, task }: ManagedTask): void {
    for (const input of inputs) this.byPartition.delete(input);
    this.active = this.active.filter((other) => other !== task);
  }
}
