import { abortController, asError, settledBefore, type Cancel, type Clock, type Logger } from '@ouzel/core';
import type { PartitionMap, TopicPartition } from '@ouzel/kafka';
import type { StateDirectory } from '../../state/directory/state-directory.js';
import type { TaskState } from '../../state/database/task-state.js';
import type { SubTopology } from '../../topology/plan.js';
import type { ChangelogFollower } from '../restore/changelog-follower.js';
import type { ChangelogReader } from '../restore/changelog-reader.js';
import { OpenTask } from '../task/open-task.js';
import type { CommittedPoint } from '../task/resume-point.js';
import type { TaskEnvironment } from '../task/task-environment.js';
import { taskName, type TaskId } from '../task/task-id.js';

/** A standby task as an assignment names it. */
export interface WantedStandby {
  readonly key: string;
  readonly plan: SubTopology;
  readonly partition: number;
  /** The number of the replica; null for a warm-up: the task moves to this member once its state is there. */
  readonly replica: number | null;
}

/** Kafka Streams' states of a standby task (Task.State); RUNNING: it follows its changelogs. */
export type StandbyLifecycle = 'CREATED' | 'RUNNING' | 'CLOSED';

/** The parts of its client that a standby task uses. */
export interface StandbyParts {
  readonly environment: TaskEnvironment;
  readonly directory: StateDirectory;
  /** Returns what the group has committed. */
  readonly committed: (inputs: readonly TopicPartition[]) => Promise<PartitionMap<CommittedPoint>>;
  readonly changelogs: ChangelogReader;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often it is looked what has been committed of a source topic that serves as changelog, ms. */
  readonly commitIntervalMs: number;
}

export interface StandbyListener {
  /** A batch was applied, or the task has begun to follow. */
  advanced(task: StandbyTask): void;
  /** Local state could not be used at opening, and was removed. */
  wiped(task: StandbyTask): void;
  /** Called when the task can not go on, unless it was given up before. */
  failed(error: Error, task: StandbyTask): void;
}

/**
 * A copy of the state of a task that another member runs. It follows the changelogs in the background and processes
 * nothing, so that this member can go on with the task at once when it gets it (StandbyTask).
 */
export class StandbyTask {
  readonly id: TaskId;
  readonly name: string;
  private current: StandbyLifecycle = 'CREATED';
  private readonly ending = abortController();
  private opening: Promise<void> = Promise.resolve();
  private opened: OpenTask | undefined;
  private followers: readonly ChangelogFollower[] = [];
  private readonly waits = new Set<Cancel>();

  constructor(
    public wanted: WantedStandby,
    private readonly parts: StandbyParts,
    private readonly listener: StandbyListener,
  ) {
    this.id = { subtopology: wanted.plan.id, partition: wanted.partition };
    this.name = taskName(this.id);
  }

  get key(): string {
    return this.wanted.key;
  }

  get state(): StandbyLifecycle {
    return this.current;
  }

  /** The stores; undefined until the task follows. */
  get stores(): TaskState['stores'] | undefined {
    return this.current === 'RUNNING' ? this.opened?.state.stores : undefined;
  }

  /** Returns the next changelog offset that a store lacks. */
  changelogOffset(store: string): number | undefined {
    return this.opened?.state.changelogOffset(store);
  }

  /** How far each store is; empty until the task follows. */
  get progress(): readonly Pick<ChangelogFollower, 'store' | 'position' | 'end' | 'lag'>[] {
    return this.followers;
  }

  /** How many offsets of all its changelogs the task lacks; undefined until that is known. */
  get lag(): number | undefined {
    return this.current === 'RUNNING' ? this.followers.reduce((sum, { lag }) => sum + lag, 0) : undefined;
  }

  /** The sum of the next changelog offsets of its stores; undefined until it is known. */
  get stateOffset(): number | undefined {
    return this.opened?.stateOffset;
  }

  /** Opens in the background, once `before` is done and a pause is over. */
  open(before: Promise<void>, pauseMs = 0): void {
    const { clock } = this.parts;
    const pause = () => (pauseMs === 0 ? undefined : settledBefore(clock.sleep(pauseMs), this.ending.signal));
    this.opening = before
      .then(pause)
      .then(() => this.run())
      .catch((thrown: unknown) => this.stopped(asError(thrown)));
  }

  /** Stops following, and hands over the open state; undefined where it can not be used. The task is closed then. */
  async promote(): Promise<OpenTask | undefined> {
    await this.halt();
    const { opened } = this;
    this.opened = undefined;
    if (opened === undefined || opened.state.damage === undefined) return opened;
    await opened.close();
    return undefined;
  }

  /** Stops following, and closes the stores. May be called twice. */
  async close(): Promise<void> {
    await this.halt();
    await this.opened?.close();
  }

  private async halt(): Promise<void> {
    this.ending.abort();
    this.current = 'CLOSED';
    for (const cancel of this.waits) cancel();
    await this.opening;
    await Promise.all(this.followers.map((follower) => follower.stop()));
  }

  private async run(): Promise<void> {
    const { environment, directory, changelogs, logger } = this.parts;
    const { plan, partition } = this.wanted;
    const { signal } = this.ending;
    signal.throwIfAborted();
    const path = await directory.taskDirectory(plan.fingerprint, partition);
    signal.throwIfAborted();
    const opened = (this.opened = await OpenTask.open(plan, partition, path, environment));
    if (opened.state.wiped !== undefined) {
      this.listener.wiped(this);
      logger.warn(`standby task ${this.name}: local state was wiped, ${opened.state.wiped}`);
    }
    signal.throwIfAborted();
    const committed = await this.parts.committed(this.tables());
    const requests = opened.restoreRequests(committed);
    const followers = await changelogs.follow(this.name, requests, {
      advanced: () => this.advanced(),
      held: (follower) => this.waitForCommit(follower),
      failed: (error) => this.stopped(error),
    });
    signal.throwIfAborted();
    this.followers = followers;
    this.current = 'RUNNING';
    for (const follower of followers) follower.begin();
    this.listener.advanced(this);
  }

  private tables(): { readonly topic: string; readonly partition: number }[] {
    const { plan, partition } = this.wanted;
    return plan.stores.flatMap(({ changelog, sourceAsChangelog }) =>
      changelog !== undefined && sourceAsChangelog ? [{ topic: changelog, partition }] : [],
    );
  }

  private advanced(): void {
    if (this.ending.signal.aborted) return;
    const damage = this.opened?.state.damage;
    if (damage === undefined) this.listener.advanced(this);
    else this.stopped(damage);
  }

  /** Looks again and again what has been committed of a source topic: the store must not be ahead of it. */
  private waitForCommit(follower: ChangelogFollower): void {
    const { clock, commitIntervalMs } = this.parts;
    const look = async () => {
      const { topic, partition } = follower.place;
      const committed = await this.parts.committed([{ topic, partition }]);
      follower.resume(committed.get(follower.place)?.offset ?? 0);
    };
    const cancel = clock.schedule(Math.max(1, commitIntervalMs), () => {
      this.waits.delete(cancel);
      look().catch((thrown: unknown) => this.stopped(asError(thrown)));
    });
    this.waits.add(cancel);
  }

  private stopped(error: Error): void {
    if (this.ending.signal.aborted) return;
    this.ending.abort();
    this.listener.failed(error, this);
  }
}
