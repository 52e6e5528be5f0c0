import { abortController, asError, settledBefore, StateError, type Clock, type Logger } from '@ouzel/core';
import { DriverError, partitionName, type Fetcher, type TopicPartition } from '@ouzel/kafka';
import { irreplaceableState } from '../../state/database/task-database.js';
import { irreplaceableStore } from '../../state/database/irreplaceable-store.js';
import type { Committer } from '../commit/committer.js';
import { TransactionAborted } from '../commit/transaction-aborted.js';
import type { PendingCall } from '../task/pending-call.js';
import type { StreamTask } from '../task/stream-task.js';
import { TaskTimeout } from '../task/task-timeout.js';
import { taskFailure } from '../task/task-failure.js';
import { ManagedTask, type OpeningParts, type WantedTask } from './managed-task.js';
import type { StandbyTasks } from '../standby/standby-tasks.js';
import type { WantedStandby } from '../standby/standby-task.js';
import type { OpenTask } from '../task/open-task.js';
import { Routes, type Route } from './routes.js';

export interface TaskManagerParts {
  readonly opening: OpeningParts;
  readonly standbys: StandbyTasks;
  readonly committer: Committer;
  readonly fetcher: Fetcher;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long user code that does not come back may hold up a task that goes to another member, ms. */
  readonly maxPollIntervalMs: number;
  /** How long the opening of a task may go on failing because Kafka does not respond, ms. */
  readonly taskTimeoutMs: number;
  /** A task can not go on. 'again': from its last commit. */
  failed(error: Error, task: ManagedTask): 'stop' | 'again';
  /** A task that processed is about to be closed. */
  closing(task: StreamTask): void;
  /** The set of tasks, or the state of one, has changed. */
  changed(): void;
}

/** How long a task that failed waits before it begins again. */
const pauseMs = 1_000;

/**
 * The tasks that this member has: takes them over, gives them up, revives those that failed or whose state is damaged
 * (TaskManager).
 */
export class TaskManager {
  readonly tasks = new Map<string, ManagedTask>();
  created = 0;
  closed = 0;
  /** Tasks whose local state was removed, at opening or while they ran. */
  wiped = 0;
  private readonly routes = new Routes();
  /** Tasks that were given up, and whose user code or stores are not closed yet. */
  private readonly leaving = new Set<ManagedTask>();
  private readonly closings = new Set<Promise<void>>();
  /** The tasks whose opening has failed for want of a response, by key. */
  private readonly timeouts = new Map<string, TaskTimeout>();

  constructor(private readonly parts: TaskManagerParts) {}

  /** The tasks that process. */
  get running(): readonly StreamTask[] {
    return this.routes.tasks;
  }

  route(place: TopicPartition): Route | undefined {
    return this.routes.of(place);
  }

  /**
   * Returns calls of user code that began before `limit`, on the monotonic clock, and are still at work, those of tasks
   * that were given up included.
   */
  pendingCalls(limit: number): PendingCall[] {
    return [...this.tasks.values(), ...this.leaving].flatMap((managed) => managed.pendingCall(limit) ?? []);
  }

  /**
   * Takes over an assignment. Resolves when the tasks that are no longer wanted are committed and closed; new tasks
   * open in the background. A task whose inputs have changed is closed and opened again. Returns whether a task was
   * given up.
   */
  async adopt(wanted: readonly WantedTask[], standbys: readonly WantedStandby[] = []): Promise<boolean> {
    const byKey = new Map(wanted.map((task) => [task.key, task]));
    const gone = [...this.tasks.values()].filter(({ key }) => !byKey.has(key));
    const changed = [...this.tasks.values()].filter(({ key, inputs }) => byKey.has(key) && !isSameInputs(inputs, byKey.get(key)!.inputs));
    await Promise.all([this.releaseInTime([...gone, ...changed]), this.parts.standbys.keep(standbys, new Set(byKey.keys()))]);
    for (const key of this.timeouts.keys()) if (!byKey.has(key)) this.timeouts.delete(key);
    this.forgetRefusals(gone);
    for (const task of wanted) {
      if (this.tasks.has(task.key)) continue;
      this.created++;
      this.open(task, this.parts.standbys.promote(task.key));
    }
    this.parts.standbys.open(standbys);
    this.parts.changed();
    return gone.length > 0;
  }

  /** Commits and closes all. User code that is at work is waited for until `patience` is aborted. */
  releaseAll(patience?: AbortSignal): Promise<void> {
    return this.release([...this.tasks.values()], patience);
  }

  /**
   * Closes all without a commit: they belong to others by now. Tasks that were given up before are waited for too.
   * Returns the failures of tasks whose user code had to be waited for.
   */
  async lose(patience?: AbortSignal): Promise<readonly Error[]> {
    const lost = [...this.tasks.values()];
    const busy = lost.flatMap(({ task }) => (task?.isBusy === true ? [task] : []));
    for (const managed of lost) {
      managed.lose();
      this.detach(managed);
    }
    await settledBefore(this.parts.committer.idle(), patience);
    for (const managed of lost) void this.close(managed, patience);
    await settledBefore(Promise.all(this.closings), patience);
    this.forgetRefusals(lost);
    this.parts.changed();
    const failures = busy.flatMap(({ name, failure }) => (failure === undefined ? [] : [taskFailure(failure, name)]));
    return [...failures, ...lost.flatMap(({ initFailure, name }) => (initFailure === undefined ? [] : [taskFailure(initFailure, name)]))];
  }

  /** Looks for tasks that failed since the last time. */
  checkFailures(): void {
    for (const managed of this.tasks.values()) {
      const failure = managed.task?.state.damage ?? managed.task?.failure;
      if (failure !== undefined && managed.state === 'RUNNING') this.taskFailed(managed, failure);
    }
  }

  private async releaseInTime(gone: readonly ManagedTask[]): Promise<void> {
    const patience = abortController();
    const cancel = this.parts.clock.schedule(this.parts.maxPollIntervalMs, () => patience.abort());
    await this.release(gone, patience.signal).finally(cancel);
  }

  private async release(gone: readonly ManagedTask[], patience?: AbortSignal): Promise<void> {
    if (gone.length === 0) return;
    for (const managed of gone) this.detach(managed);
    // A commit that is under way has frozen what they wrote until then: the next one is theirs.
    await settledBefore(this.parts.committer.idle(), patience);
    await Promise.all(gone.map(async ({ task }) => task && settledBefore(task.prepared(), patience)));
    await this.commitLast(gone, patience);
    await Promise.all(gone.map((managed) => this.close(managed, patience)));
  }

  private async commitLast(gone: readonly ManagedTask[], patience?: AbortSignal): Promise<void> {
    const { committer, logger } = this.parts;
    for (const managed of gone.filter(({ task }) => task?.isBusy === true)) {
      const what = managed.pendingCall(Infinity)?.description ?? `task ${managed.name} is at work`;
      logger.warn(`${what}: it is given up, its input since the last commit will be read again`);
    }
    const ready = gone.flatMap(({ task }) => (task !== undefined && task.failure === undefined && !task.isBusy ? [task] : []));
    if (ready.length === 0) return;
    try {
      await settledBefore(committer.commit(ready), patience);
    } catch (thrown) {
      const { message } = asError(thrown);
      logger.warn(`the last commit of tasks that are given up failed, their input since then will be read again: ${message}`);
    }
  }

  /** Called with tasks that leave this instance: should they come back, Kafka may take what it refused before. */
  private forgetRefusals(gone: readonly ManagedTask[]): void {
    for (const { name } of gone) this.parts.opening.environment.refusals?.forget(name);
  }

  /** Takes the task out of the loop: it gets no more records and is not run. */
  private detach(managed: ManagedTask): void {
    managed.suspend();
    for (const input of managed.inputs) this.parts.fetcher.unassign(input);
    this.routes.remove(managed);
    this.tasks.delete(managed.key);
    this.leaving.add(managed);
  }

  private close(managed: ManagedTask, patience?: AbortSignal): Promise<void> {
    const closing = this.closeNow(managed, patience).finally(() => this.closings.delete(closing));
    this.closings.add(closing);
    return closing;
  }

  private async closeNow(managed: ManagedTask, patience?: AbortSignal): Promise<void> {
    const { opening, logger, closing } = this.parts;
    const { task } = managed;
    try {
      if (task !== undefined) await settledBefore(task.idle(), patience);
      if (task !== undefined) closing(task);
      await managed.close(patience);
    } catch (thrown) {
      const failure = asError(thrown);
      logger.error(`task ${managed.name} did not close cleanly: ${failure.message}`, failure);
    }
    opening.directory.taskClosed(managed.plan.fingerprint, managed.partition);
    this.leaving.delete(managed);
    this.closed++;
  }

  private open(task: WantedTask, before: Promise<OpenTask | undefined>): void {
    const managed = new ManagedTask(task);
    this.tasks.set(managed.key, managed);
    const listener = {
      running: () => this.taskRuns(managed),
      wiped: () => this.wiped++,
      failed: (error: Error) => this.taskFailed(managed, error),
    };
    managed.open(this.parts.opening, listener, before);
  }

  private taskRuns(managed: ManagedTask): void {
    const task = managed.task!;
    this.timeouts.delete(managed.key);
    this.routes.add(managed, task);
    for (const queue of task.queues) this.parts.fetcher.assign(queue, queue.position);
    this.parts.changed();
  }

  /**
   * Wipes and restores damaged state. Opens a task again whose opening failed because Kafka did not respond. Leaves any
   * other failure to the client.
   */
  private taskFailed(managed: ManagedTask, error: Error): void {
    // A task that runs may also have met damage of a global store, which is not its own.
    const isOwn = managed.task === undefined || managed.task.state.damage !== undefined;
    const isDamage = error instanceof StateError && error.code === 'OUZEL_STATE_CORRUPT' && isOwn;
    const irreplaceable = irreplaceableStore(managed.plan.stores);
    const isRestorable = isDamage && irreplaceable === undefined;
    const isAborted = error instanceof TransactionAborted;
    const isPassing = error instanceof DriverError && error.kind === 'retriable' && managed.task === undefined;
    const isFoundRunning = isDamage && irreplaceable !== undefined && managed.task !== undefined;
    const overdue = isPassing ? this.timeoutOf(managed).failed(error, `task ${managed.name}`) : undefined;
    const failure = isFoundRunning ? irreplaceableState(error, irreplaceable, error.where ?? managed.name) : (overdue ?? error);
    if (!isRestorable && (!isPassing || overdue !== undefined) && !isAborted && this.parts.failed(failure, managed) === 'stop') return;
    this.parts.logger.warn(`task ${managed.name} begins again: ${error.message}`);
    this.detach(managed);
    const pause = () => (isAborted ? undefined : this.parts.clock.sleep(pauseMs));
    // A commit that is under way decides where the task begins again: until it ends, its offsets may still be committed.
    const decided = this.parts.committer.idle();
    const closed = decided.then(() => (isRestorable ? this.wipe(managed) : this.close(managed).then(pause)));
    this.open(
      managed,
      closed.then(() => undefined),
    );
    this.parts.changed();
  }

  private timeoutOf({ key }: ManagedTask): TaskTimeout {
    const { taskTimeoutMs, clock } = this.parts;
    const timeout = this.timeouts.get(key) ?? new TaskTimeout(taskTimeoutMs, clock);
    this.timeouts.set(key, timeout);
    return timeout;
  }

  private async wipe(managed: ManagedTask): Promise<void> {
    await this.close(managed);
    this.wiped++;
    await this.parts.opening.directory.wipeTask(managed.plan.fingerprint, managed.partition);
  }
}

function isSameInputs(one: readonly TopicPartition[], other: readonly TopicPartition[]): boolean {
  const names = (inputs: readonly TopicPartition[]) => inputs.map(partitionName).sort();
  return names(one).join() === names(other).join();
}
