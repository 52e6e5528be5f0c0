import { asError, handled, StateError, type Cancel } from '@ouzel/core';
import { irreplaceableStore } from '../../state/database/irreplaceable-store.js';
import type { OpenTask } from '../task/open-task.js';
import { StandbyTask, type StandbyListener, type StandbyParts, type WantedStandby } from './standby-task.js';

export interface StandbyTasksParts extends StandbyParts {
  /** A lag up to this counts as caught up (`acceptableRecoveryLag`). */
  readonly acceptableLag: number;
  /**
   * Called when a warm-up has caught up, so that its task can move here. Called again after an assignment that leaves
   * the warm-up as it is, because the leader may have found it behind. The pauses between the calls double.
   */
  warm(task: StandbyTask): void;
  /** Called when the set of standby tasks has changed. */
  changed(): void;
}

/** How long a standby task that failed waits before it begins again, ms. */
const failurePauseMs = 1_000;
/** The first and the longest pause before a warm-up is reported again, ms. */
const firstPauseMs = 1_000;
const longestPauseMs = 600_000;

/** The standby tasks of this member. A standby task that fails begins again, and never ends the client. */
export class StandbyTasks {
  /** How many times the local state of a standby task was removed, at opening or while it followed its changelogs. */
  wiped = 0;
  private readonly tasks = new Map<string, StandbyTask>();
  /** How many times each warm-up was reported as caught up. */
  private readonly reports = new WeakMap<StandbyTask, number>();
  /** The warm-ups that were reported and are not to be reported again yet. */
  private readonly reported = new WeakSet<StandbyTask>();
  private readonly pauses = new Map<StandbyTask, Cancel>();
  /** The standby tasks that are being closed, by key. */
  private readonly closings = new Map<string, Promise<void>>();

  constructor(private readonly parts: StandbyTasksParts) {}

  get all(): readonly StandbyTask[] {
    return [...this.tasks.values()];
  }

  get(key: string): StandbyTask | undefined {
    return this.tasks.get(key);
  }

  /** The standby tasks with the numbers of their replicas, by key. */
  get replicas(): Readonly<Record<string, number | null>> {
    return Object.fromEntries(this.all.map(({ key, wanted }) => [key, wanted.replica]));
  }

  /**
   * Closes the standby tasks that are no longer wanted, and resolves when they are closed. It leaves those whose keys
   * are in `promoted` for `promote`.
   */
  async keep(wanted: readonly WantedStandby[], promoted: ReadonlySet<string>): Promise<void> {
    const kept = new Set(wanted.map(({ key }) => key));
    const gone = this.all.filter(({ key }) => !kept.has(key) && !promoted.has(key));
    await Promise.all(gone.map((task) => this.end(task)));
  }

  /** Opens the new standby tasks in the background. An active task of the same key must be closed before. */
  open(wanted: readonly WantedStandby[]): void {
    for (const one of wanted) {
      const known = this.tasks.get(one.key);
      if (known === undefined) this.begin(one, this.closings.get(one.key) ?? Promise.resolve());
      else {
        known.wanted = one;
        this.reportAgainLater(known);
      }
    }
    this.parts.changed();
  }

  /**
   * Ends a standby task because this member is to run the task itself. Resolves to its open state. Resolves to
   * undefined when there is no such standby task, or when its state can not be used.
   */
  async promote(key: string): Promise<OpenTask | undefined> {
    const task = this.tasks.get(key);
    this.tasks.delete(key);
    await this.closings.get(key);
    return task?.promote().catch((thrown: unknown) => {
      this.parts.logger.warn(`standby task ${task.name} did not close cleanly: ${asError(thrown).message}`);
      return undefined;
    });
  }

  async close(): Promise<void> {
    for (const cancel of this.pauses.values()) cancel();
    await Promise.all(this.all.map((task) => this.end(task)));
    await Promise.all(this.closings.values());
  }

  private begin(wanted: WantedStandby, before: Promise<void>, pauseMs = 0): void {
    const listener: StandbyListener = {
      advanced: (task) => this.advanced(task),
      wiped: () => this.wiped++,
      failed: (error, task) => this.failed(error, task),
    };
    const task = new StandbyTask(wanted, this.parts, listener);
    this.tasks.set(wanted.key, task);
    task.open(before, pauseMs);
  }

  private advanced(task: StandbyTask): void {
    const { lag } = task;
    if (task.wanted.replica !== null || lag === undefined || lag > this.parts.acceptableLag || this.reported.has(task)) return;
    this.reported.add(task);
    this.reports.set(task, (this.reports.get(task) ?? 0) + 1);
    this.parts.warm(task);
  }

  /** Allows another report of a warm-up that an assignment has left as it is, after a pause. */
  private reportAgainLater(task: StandbyTask): void {
    const times = this.reports.get(task);
    if (times === undefined || task.wanted.replica !== null || this.pauses.has(task)) return;
    const pauseMs = Math.min(firstPauseMs * 2 ** (times - 1), longestPauseMs);
    const cancel = this.parts.clock.schedule(pauseMs, () => {
      this.pauses.delete(task);
      this.reported.delete(task);
      if (this.tasks.get(task.key) === task) this.advanced(task);
    });
    this.pauses.set(task, cancel);
  }

  /**
   * Begins a standby task again. Damaged state is wiped first. After any other failure, such as a full disk or a Kafka
   * that does not respond, it waits a moment, because the cause may pass.
   */
  private failed(error: Error, task: StandbyTask): void {
    const { logger, directory } = this.parts;
    const { plan, partition } = task.wanted;
    const isDamage = error instanceof StateError && error.code === 'OUZEL_STATE_CORRUPT' && irreplaceableStore(plan.stores) === undefined;
    logger.warn(`standby task ${task.name} begins again: ${error.message}`);
    const wipe = async () => {
      this.wiped++;
      await directory.wipeTask(plan.fingerprint, partition);
    };
    const ended = this.end(task).then(() => (isDamage ? wipe() : undefined));
    const before = ended.catch((thrown: unknown) => logger.warn(`standby task ${task.name}: ${asError(thrown).message}`));
    this.begin(task.wanted, before, isDamage ? 0 : failurePauseMs);
    this.parts.changed();
  }

  private end(task: StandbyTask): Promise<void> {
    const { key, name, wanted } = task;
    if (this.tasks.get(key) === task) this.tasks.delete(key);
    const { logger, directory } = this.parts;
    const closing = task
      .close()
      .catch((thrown: unknown) => logger.error(`standby task ${name} did not close cleanly: ${asError(thrown).message}`))
      .then(() => {
        directory.taskClosed(wanted.plan.fingerprint, wanted.partition);
        if (this.closings.get(key) === closing) this.closings.delete(key);
      });
    this.closings.set(key, closing);
    handled(closing);
    return closing;
  }
}
