import { abortController, asError, settledBefore, type Logger } from '@ouzel/core';
import type { TopicPartition } from '@ouzel/kafka';
import type { StateDirectory } from '../../state/directory/state-directory.js';
import type { StateStore } from '../../state/state-store.js';
import type { TaskState } from '../../state/database/task-state.js';
import type { SubTopology } from '../../topology/plan.js';
import { resumedInputs } from '../task/resume-point.js';
import type { ChangelogReader } from '../restore/changelog-reader.js';
import type { RestoreProgress } from '../restore/restore-progress.js';
import type { TaskRestore } from '../restore/task-restore.js';
import { OpenTask } from '../task/open-task.js';
import type { PendingCall } from '../task/pending-call.js';
import type { StreamTask } from '../task/stream-task.js';
import type { TaskEnvironment } from '../task/task-environment.js';
import { taskName, type TaskId } from '../task/task-id.js';
import type { InputOffsets } from './input-offsets.js';

/** Kafka Streams' states of a task (Task.State). */
export type TaskLifecycle = 'CREATED' | 'RESTORING' | 'RUNNING' | 'SUSPENDED' | 'CLOSED';

/** A task as an assignment names it. */
export interface WantedTask {
  readonly key: string;
  readonly plan: SubTopology;
  readonly partition: number;
  readonly inputs: readonly TopicPartition[];
}

/** The parts that open a task. */
export interface OpeningParts {
  readonly environment: TaskEnvironment;
  readonly directory: StateDirectory;
  readonly offsets: InputOffsets;
  readonly changelogs: ChangelogReader;
  readonly logger: Logger;
}

export interface TaskListener {
  /** The task processes from now on. */
  running(task: ManagedTask): void;
  /** Local state could not be used at opening, and was removed. */
  wiped(task: ManagedTask): void;
  /** The task can not be opened. Not called once it is suspended. */
  failed(error: Error, task: ManagedTask): void;
}

/**
 * A task that this member was given, from its opening to its end. It alone moves itself from state to state:
 *
 *   CREATED -> RESTORING -> RUNNING -> SUSPENDED -> CLOSED      `suspend` is possible in every state
 */
export class ManagedTask implements WantedTask {
  readonly id: TaskId;
  readonly name: string;
  readonly key: string;
  readonly plan: SubTopology;
  readonly partition: number;
  readonly inputs: readonly TopicPartition[];
  private current: TaskLifecycle = 'CREATED';
  private readonly suspension = abortController();
  private opening: Promise<void> = Promise.resolve();
  private opened: OpenTask | undefined;
  private restore: TaskRestore | undefined;
  private running: StreamTask | undefined;
  private isInitialising = false;
  /** The failure of a processor's `init` that came after the task was given up. */
  initFailure: Error | undefined;

  constructor({ key, plan, partition, inputs }: WantedTask) {
    this.key = key;
    this.plan = plan;
    this.partition = partition;
    this.inputs = inputs;
    this.id = { subtopology: plan.id, partition };
    this.name = taskName(this.id);
  }

  get state(): TaskLifecycle {
    return this.current;
  }

  /** Undefined before the task is RUNNING, and when it is CLOSED. */
  get task(): StreamTask | undefined {
    return this.running;
  }

  /** How far the restore of each store is; empty before it begins. */
  get progress(): readonly RestoreProgress[] {
    return this.restore?.progress ?? [];
  }

  /** Returns user code that was called before `limit`, on the monotonic clock, and is still at work. */
  pendingCall(limit: number): PendingCall | undefined {
    return this.opened?.pendingCall(limit);
  }

  /** The stores, also while they are being restored; undefined before they are open. */
  get stores(): TaskState['stores'] | undefined {
    return this.opened?.state.stores;
  }

  /** Returns a store as the last commit left it; undefined while the stores are not open. */
  async committedStore(name: string): Promise<StateStore | undefined> {
    return this.opened?.state.committedStore(name);
  }

  /** Returns the next changelog offset that the committed rows of a store lack. */
  changelogOffset(store: string): number | undefined {
    return this.opened?.state.changelogOffset(store);
  }

  /** The sum of the next changelog offsets of its stores; undefined before they are open. */
  get stateOffset(): number | undefined {
    return this.opened?.stateOffset;
  }

  /**
   * Opens the task in the background, once `before` is done: its stores, its restore, its nodes. When `before` resolves
   * to the open state of a standby task, the stores are open already.
   */
  open(parts: OpeningParts, listener: TaskListener, before: Promise<OpenTask | undefined>): void {
    this.opening = before
      .then((opened) => {
        this.opened = opened;
        return this.run(parts, listener);
      })
      .catch(async (thrown: unknown) => {
        if (!this.suspension.signal.aborted) listener.failed(asError(thrown), this);
        else {
          if (this.isInitialising) this.initFailure = asError(thrown);
          if (this.current === 'CLOSED') await this.opened?.close();
        }
      });
  }

  /** Ends the opening at its next step, or the processing: from now on the task gets no record and is not run. */
  suspend(): void {
    this.suspension.abort();
    this.restore?.abandon();
    if (this.current !== 'CLOSED') this.current = 'SUSPENDED';
  }

  /** Suspends a task that belongs to another member already: what its user code still writes is dropped. */
  lose(): void {
    this.suspend();
    this.opened?.silence();
  }

  /**
   * Ends processors and stores. User code that is at work is waited for until `patience` is aborted. What was not
   * committed is lost. Rejects with the failure of what could not be closed.
   */
  async close(patience?: AbortSignal): Promise<void> {
    this.suspend();
    await settledBefore(this.opening, patience);
    try {
      await this.opened?.close(patience);
    } finally {
      this.running = undefined;
      this.current = 'CLOSED';
    }
  }

  private async run(parts: OpeningParts, listener: TaskListener): Promise<void> {
    const { offsets, changelogs, logger } = parts;
    const { inputs, name } = this;
    this.continue();
    const opened = (this.opened ??= await this.openStores(parts, listener));
    const committed = await offsets.committed(inputs);
    this.continue();
    this.current = 'RESTORING';
    this.restore = changelogs.restore(name, opened.restoreRequests(committed));
    await this.restore.finished;
    for (const line of restoreLines(this.progress)) logger.info(`task ${name}: ${line}`);
    const ends = opened.changelogEnds(this.progress);
    const begins = await offsets.begins(this, committed, resumedInputs(opened.state.bookmark, committed, ends));
    this.continue();
    this.isInitialising = true;
    const running = await opened.start(begins, ends);
    this.isInitialising = false;
    this.continue();
    this.running = running;
    this.current = 'RUNNING';
    listener.running(this);
  }

  private async openStores({ environment, directory, logger }: OpeningParts, listener: TaskListener): Promise<OpenTask> {
    const { plan, partition, name } = this;
    const path = await directory.taskDirectory(plan.fingerprint, partition);
    this.continue();
    const opened = await OpenTask.open(plan, partition, path, environment);
    if (opened.state.wiped !== undefined) {
      listener.wiped(this);
      logger.warn(`task ${name}: local state was wiped, ${opened.state.wiped}`);
    }
    return opened;
  }

  /** Throws when the task was given up meanwhile. */
  private continue(): void {
    this.suspension.signal.throwIfAborted();
  }
}

function restoreLines(progress: readonly RestoreProgress[]): string[] {
  return progress.map(({ store, resumedAt, records }) => {
    const from = resumedAt === undefined ? 'began from nothing' : `resumed at offset ${resumedAt}`;
    return `store "${store}" ${from}, restored ${records}`;
  });
}
