import { type Logger, type Clock, asError, StateError } from '@ouzel/core';
import { DriverError, partitionName, type Fetcher, type TopicPartition } from '@ouzel/kafka';
import { irreplaceableState } from '../../state/database/task-database.js';
import { irreplaceableStore } from '../../state/database/task-state.js';
import type { StateDirectory } from '../../state/directory/state-directory.js';
import type { SubTopology } from '../../topology/plan.js';
import type { Committer } from '../commit/committer.js';
import type { ChangelogReader } from '../restore/changelog-reader.js';
import { ManagedTask } from './managed-task.js';
import type { RecordQueue } from '../task/record-queue.js';
import type { StreamTask } from '../task/stream-task.js';
import type { TaskCreator } from './task-creator.js';

/** A task as an assignment names it. */
export interface WantedTask {
  readonly key: string;
  readonly plan: SubTopology;
  readonly partition: number;
  readonly inputs: readonly TopicPartition[];
}

export interface TaskManagerParts {
  readonly creator: TaskCreator;
  readonly committer: Committer;
  readonly fetcher: Fetcher;
  readonly reader: ChangelogReader;
  readonly directory: StateDirectory;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A task can not go on. 'again': from its last commit. */
  failed(error: Error, task: ManagedTask): 'stop' | 'again';
  /** A task that processed is about to be closed. */
  closing(task: StreamTask): void;
  /** The set of tasks, or the state of one, changed. */
  changed(): void;
}

/** Where records of a partition go. */
export interface Route {
  readonly managed: ManagedTask;
  readonly task: StreamTask;
  readonly queue: RecordQueue;
}

function isSameInputs(one: readonly TopicPartition[], other: readonly TopicPartition[]): boolean {
  const names = (inputs: readonly TopicPartition[]) => inputs.map(partitionName).sort();
  return names(one).join() === names(other).join();
}

/** Before a task that failed begins again. */
const pauseMs = 1_000;

/** The tasks that this member has: takes them over, gives them up, revives those with damaged state (TaskManager). */
export class TaskManager {
  readonly tasks = new Map<string, ManagedTask>();
  created = 0;
  closed = 0;
  /** Tasks whose state was damaged while they ran. */
  private damaged = 0;
  private readonly routes = new Map<string, Route>();
  private active: readonly StreamTask[] = [];

  constructor(private readonly parts: TaskManagerParts) {}

  /** Tasks whose local state was removed, at opening or while they ran. */
  get wiped(): number {
    return this.damaged + this.parts.creator.wiped;
  }

  /** Those that process. */
  get running(): readonly StreamTask[] {
    return this.active;
  }

  route(topic: string, partition: number): Route | undefined {
    return this.routes.get(`${topic}-${partition}`);
  }

  /**
   * Makes these its tasks: commits and closes what is no longer wanted before it resolves, opens what is new in the background. A task whose inputs are others than
   * before is closed and opened again. Returns whether something was given up.
   */
  async adopt(wanted: readonly WantedTask[]): Promise<boolean> {
    const byKey = new Map(wanted.map((task) => [task.key, task]));
    const gone = [...this.tasks.values()].filter(({ key }) => !byKey.has(key));
    const changed = [...this.tasks.values()].filter(({ key, inputs }) => byKey.has(key) && !isSameInputs(inputs, byKey.get(key)!.inputs));
    await this.release([...gone, ...changed]);
    for (const { key, plan, partition, inputs } of wanted) {
      if (this.tasks.has(key)) continue;
      const managed = new ManagedTask(key, plan, partition, inputs);
      this.tasks.set(key, managed);
      this.created++;
      this.open(managed);
    }
    this.parts.changed();
    return gone.length > 0;
  }

  /** Commits and closes all. */
  releaseAll(): Promise<void> {
    return this.release([...this.tasks.values()]);
  }

  /** Closes all without a commit: they belong to others by now. */
  async lose(): Promise<void> {
    const lost = [...this.tasks.values()];
    for (const managed of lost) this.detach(managed);
    await this.parts.committer.idle();
    await Promise.all(lost.map((managed) => this.close(managed)));
    this.parts.changed();
  }

  /** Looks for tasks that failed since the last time. */
  checkFailures(): void {
    for (const managed of this.tasks.values()) {
      const failure = managed.task?.state.damage ?? managed.task?.failure;
      if (failure !== undefined && managed.state === 'RUNNING') this.taskFailed(managed, failure);
    }
  }

  private async release(gone: readonly ManagedTask[]): Promise<void> {
    if (gone.length === 0) return;
    for (const managed of gone) this.detach(managed);
    const processing = gone.flatMap(({ task }) => (task === undefined ? [] : [task]));
    // A commit that is under way has frozen what they wrote until then: the next one is theirs.
    await this.parts.committer.idle();
    await Promise.all(processing.map((task) => task.prepared()));
    const sound = processing.filter(({ failure }) => failure === undefined);
    try {
      if (sound.length > 0) await this.parts.committer.commit(sound);
    } catch (thrown) {
      this.parts.logger.warn(
        `the last commit of tasks that are given up failed, their input since then will be read again: ${asError(thrown).message}`,
      );
    }
    await Promise.all(gone.map((managed) => this.close(managed)));
  }

  /** From here on the task gets no more records and is not run. */
  private detach(managed: ManagedTask): void {
    managed.abandon();
    managed.state = 'SUSPENDED';
    this.parts.reader.abandon(managed.name);
    for (const input of managed.inputs) {
      this.parts.fetcher.unassign(input);
      this.routes.delete(`${input.topic}-${input.partition}`);
    }
    this.tasks.delete(managed.key);
    this.index();
  }

  private async close(managed: ManagedTask): Promise<void> {
    await managed.opened();
    try {
      if (managed.task !== undefined) {
        await managed.task.idle();
        this.parts.closing(managed.task);
        await managed.task.close();
      }
    } catch (thrown) {
      const failure = asError(thrown);
      this.parts.logger.error(`task ${managed.name} did not close cleanly: ${failure.message}`, failure);
    }
    this.parts.directory.taskClosed(managed.plan.fingerprint, managed.partition);
    managed.task = undefined;
    managed.state = 'CLOSED';
    this.closed++;
  }

  /** In the background, once what must be done before is done. */
  private open(managed: ManagedTask, before: Promise<void> = Promise.resolve()): void {
    managed.open(
      async () => {
        await before;
        if (managed.isAbandoned) return;
        await this.parts.creator.create(managed);
        if (managed.task === undefined || managed.isAbandoned) return;
        for (const queue of managed.task.queues)
          this.routes.set(`${queue.topic}-${queue.partition}`, { managed, task: managed.task, queue });
        this.index();
        this.parts.changed();
      },
      (error) => this.taskFailed(managed, error),
    );
  }

  /** Damaged state is wiped and restored; a cluster that does not answer is tried again; of anything else the client decides. */
  private taskFailed(managed: ManagedTask, error: Error): void {
    // A task that runs may also have met damage of a global store, which is not its own.
    const isOwn = managed.task === undefined || managed.task.state.damage !== undefined;
    const isDamage = error instanceof StateError && error.code === 'OUZEL_STATE_CORRUPT' && isOwn;
    const irreplaceable = irreplaceableStore(managed.plan.stores);
    const corrupt = isDamage && irreplaceable === undefined;
    const retriable = error instanceof DriverError && error.kind === 'retriable' && managed.task === undefined;
    const isFoundRunning = isDamage && irreplaceable !== undefined && managed.task !== undefined;
    const failure = isFoundRunning ? irreplaceableState(error, irreplaceable, error.where ?? managed.name) : error;
    if (!corrupt && !retriable && this.parts.failed(failure, managed) === 'stop') return;
    this.parts.logger.warn(`task ${managed.name} begins again: ${error.message}`);
    const { key, plan, partition, inputs } = managed;
    this.detach(managed);
    const again = new ManagedTask(key, plan, partition, inputs);
    this.tasks.set(key, again);
    this.open(again, corrupt ? this.wipe(managed) : this.close(managed).then(() => this.parts.clock.sleep(pauseMs)));
    this.parts.changed();
  }

  private async wipe(managed: ManagedTask): Promise<void> {
    await this.close(managed);
    this.damaged++;
    await this.parts.directory.wipeTask(managed.plan.fingerprint, managed.partition);
  }

  private index(): void {
    this.active = [...this.tasks.values()].flatMap(({ task, state }) => (task !== undefined && state === 'RUNNING' ? [task] : []));
  }
}
