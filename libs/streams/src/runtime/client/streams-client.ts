import { type Cancel, type Clock, type Random, asError } from '@ouzel/core';
import type { DriverError, KafkaConnection, KafkaDriver } from '@ouzel/kafka';
import { Histogram, type Metrics } from './metrics.js';
import { StateDirectory } from '../../state/directory/state-directory.js';
import type { ApplicationPlan } from '../../topology/plan.js';
import { taskStatus, type ApplicationStatus } from './application-status.js';
import { ClientMetrics } from './client-metrics.js';
import { ClientState, type StateListener } from './client-state.js';
import { ClientStores, type LookupClient } from './client-stores.js';
import { createEngine, releaseEngine, type Engine, type EngineListener } from './engine.js';
import type { RestoreEvent } from '../restore/restore-progress.js';
import type { UncaughtVerdict } from '../../config/settings/errors.js';
import type { ResolvedConfig } from '../../config/streams-config.js';
import { TaskCounters } from './task-counters.js';
import type { StreamTask } from '../task/stream-task.js';
import { requireTopics } from '../topics/required-topics.js';

export interface StreamsClientParts {
  readonly plan: ApplicationPlan;
  readonly config: ResolvedConfig;
  readonly connection: KafkaConnection;
  readonly clock: Clock;
  readonly random: Random;
}

/** One application instance: one loop, one group member, its tasks, and its state (KafkaStreams): its states, and what it does when its parts tell it something. */
export class StreamsClient {
  readonly state: ClientState;
  readonly metrics: Metrics;
  readonly stores: ClientStores;
  readonly commitLatency = new Histogram();
  readonly counters = new TaskCounters();
  running: Engine | undefined;
  failure: Error | undefined;
  private driver: KafkaDriver | undefined;
  private connectivity: DriverError | undefined;
  private lastProgress: number | null = null;
  private readonly restoreListeners = new Set<(event: RestoreEvent) => void>();
  private readonly restored = new Map<string, number>();
  private cancelCleanUp: Cancel = () => {};
  private starting: Promise<void> | undefined;
  private closing: Promise<void> | undefined;

  constructor(readonly parts: StreamsClientParts) {
    this.state = new ClientState(parts.clock);
    this.metrics = new ClientMetrics(this);
    this.stores = new ClientStores(() => this.lookup());
  }

  onStateChange(listener: StateListener): () => void {
    return this.state.onChange(listener);
  }

  onRestore(listener: (event: RestoreEvent) => void): () => void {
    this.restoreListeners.add(listener);
    return () => this.restoreListeners.delete(listener);
  }

  /** Records restored so far, by store. */
  get restoredRecords(): ReadonlyMap<string, number> {
    return this.restored;
  }

  /**
   * Resolves when the loop runs and the member is joining; restore goes on in the background. A cluster that does not answer is waited for in the background
   * too. Rejects with what is wrong with topics or state directory.
   */
  async start(): Promise<void> {
    this.state.require('start', 'CREATED');
    this.state.to('REBALANCING');
    const { config, connection } = this.parts;
    const driver = connection.createDriver({ clientId: config.applicationId });
    this.driver = driver;
    const unreachable = new Promise<void>((resolve) =>
      driver.onConnectivity((failure) => {
        this.connectivityChanged(failure);
        if (failure !== undefined) resolve();
      }),
    );
    this.starting = this.launch(driver);
    const launched = this.starting.catch((thrown: unknown) => this.fail(asError(thrown)));
    await Promise.race([this.starting, unreachable]);
    void launched;
  }

  /** Commits, gives the tasks up, leaves the group, closes everything. Bounded by the timeout; what is not done by then is abandoned, and read again at the next start. */
  close(timeoutMs: number): Promise<void> {
    if (this.closing === undefined) {
      if (!this.state.to('PENDING_SHUTDOWN')) return this.closing ?? Promise.resolve();
      this.closing = this.shutDown(timeoutMs).finally(() => this.state.to('NOT_RUNNING'));
    }
    return this.closing;
  }

  status(): ApplicationStatus {
    const { config, clock } = this.parts;
    const { running } = this;
    const managed = [...(running?.tasks.tasks.values() ?? [])];
    const progress = [...(running?.global?.progress ?? []), ...managed.flatMap((task) => task.progress)];
    const sum = (of: (one: (typeof progress)[number]) => number) => progress.reduce((total, one) => total + of(one), 0);
    return {
      applicationId: config.applicationId,
      state: this.state.current,
      stateSince: this.state.since,
      memberId: running?.member.identity?.memberId ?? null,
      generation: running?.session.generation ?? null,
      connectivity: {
        connected: this.driver !== undefined && this.connectivity === undefined && running !== undefined,
        failure: this.connectivity?.message ?? null,
      },
      tasks: managed.map((task) => taskStatus(task, running?.fetcher)),
      restore: {
        restored: sum(({ restored }) => restored),
        total: sum(({ total }) => total),
        remaining: sum(({ remaining }) => remaining),
        lastProgressAt: this.lastProgress,
      },
      patternsWithoutTopic: running?.session.patternsWithoutTopic ?? [],
      unprocessed: running?.session.unprocessed ?? [],
      sinceLoopTurn: running === undefined ? 0 : Math.max(0, clock.monotonic() - running.loop.lastTurn),
      maxPollInterval: config.maxPollInterval,
      failure: this.failure ?? null,
    };
  }

  /** What the parts of the engine tell the client. */
  private listener(): EngineListener {
    return {
      restoring: (event) => this.restoring(event),
      failed: (error) => this.fail(error),
      taskFailed: (error) => this.taskFailed(error),
      loopFailed: (error) => this.commitOrLoopFailed(error),
      stalled: (task) => void this.standAside(task),
      taskEnds: (task) => this.counters.retire(task),
      tasksChanged: () => this.settle(),
      groupChanged: (event) => this.groupChanged(event),
    };
  }

  private lookup(): LookupClient {
    const { running, state, parts } = this;
    return {
      applicationId: parts.plan.applicationId,
      subTopologies: parts.plan.subTopologies,
      state: state.current,
      tasks: running?.tasks.tasks ?? new Map(),
      assignment: running?.session.assignment,
      memberId: running?.member.identity?.memberId,
      globalPlans: parts.plan.global?.stores ?? [],
      globalStore: (name) =>
        running?.global?.progress.every(({ isComplete }) => isComplete) === true ? running.global.store(name) : undefined,
    };
  }

  private async launch(driver: KafkaDriver): Promise<void> {
    const { config, plan, clock, random } = this.parts;
    const directory = await StateDirectory.open({ root: config.stateDirectory, applicationId: config.applicationId, clock, random });
    try {
      await driver.connect();
      const { deadLetterTopic, waitForTopics: waitMs } = config;
      await requireTopics({ plan, deadLetterTopic, waitMs }, driver.admin, clock);
      await this.removeDeadMember(directory, driver);
      this.running = createEngine({ ...this.parts, driver, directory, commitLatency: this.commitLatency }, this.listener());
    } catch (thrown) {
      await directory.close();
      throw thrown;
    }
    if (this.state.current !== 'REBALANCING') return;
    const { loop, member, session, global, watch } = this.running;
    loop.start();
    watch.start();
    this.cleanUpLater();
    const join = () => {
      if (this.state.current === 'REBALANCING') member.start(session);
    };
    if (global === undefined) join();
    else global.start().then(join, (thrown: unknown) => this.fail(asError(thrown)));
  }

  /** From time to time removes the state of tasks that others have had for long (state.cleanup.delay.ms). */
  private cleanUpLater(): void {
    const { clock, config } = this.parts;
    this.cancelCleanUp = clock.schedule(config.stateCleanupDelay, () => {
      const removed = this.running?.directory.removeUnused(config.stateCleanupDelay, clock.now());
      removed?.catch((thrown: unknown) => config.logger.warn(`unused state could not be removed: ${asError(thrown).message}`));
      this.cleanUpLater();
    });
  }

  /** After a crash the group would wait for the session of the process that died; but whoever holds its folder knows that it is gone. */
  private async removeDeadMember(directory: StateDirectory, driver: KafkaDriver): Promise<void> {
    const { applicationId, groupInstanceId, logger } = this.parts.config;
    const memberId = await directory.deadMember();
    if (memberId === undefined || groupInstanceId !== undefined) return;
    try {
      await driver.admin.removeMember(applicationId, memberId);
      await directory.rememberMember(undefined);
      logger.info('this instance ended without leaving its group; its old membership is removed');
    } catch (thrown) {
      logger.warn(`the membership of the process that died could not be removed: ${asError(thrown).message}`);
    }
  }

  private restoring(event: RestoreEvent): void {
    this.lastProgress = this.parts.clock.now();
    if (event.kind === 'batch') {
      const before = this.restored.get(`${event.taskId} ${event.store}`) ?? 0;
      this.restored.set(`${event.taskId} ${event.store}`, Math.max(before, event.records));
    }
    for (const listener of this.restoreListeners) listener(event);
  }

  private groupChanged(event: 'rebalancing' | 'assigned'): void {
    this.settle();
    const { member, directory } = this.running!;
    const memberId = member.identity?.memberId;
    if (event !== 'assigned' || memberId === undefined) return;
    directory
      .rememberMember(memberId)
      .catch((thrown: unknown) => this.parts.config.logger.warn(`the state directory can not be written: ${asError(thrown).message}`));
  }

  /** RUNNING when the member has its tasks and all of them process; not while the application has no topic to read. */
  private settle(): void {
    const { running } = this;
    if (running === undefined) return;
    const { generation, isWaitingForTopics } = running.session;
    const isSettled =
      generation !== undefined && !isWaitingForTopics && [...running.tasks.tasks.values()].every(({ state }) => state === 'RUNNING');
    this.state.to(isSettled ? 'RUNNING' : 'REBALANCING');
  }

  private connectivityChanged(failure: DriverError | undefined): void {
    const { logger } = this.parts.config;
    if (failure !== undefined && this.connectivity === undefined) logger.warn(`Kafka does not answer, still trying: ${failure.what}`);
    if (failure === undefined && this.connectivity !== undefined) logger.info('Kafka answers again');
    this.connectivity = failure;
  }

  /** A member that makes no progress leaves, so that others can take over; it joins again when its user code has come back (max.poll.interval.ms). */
  private async standAside(task: StreamTask): Promise<void> {
    const { member, session, tasks } = this.running!;
    if (!member.isJoined) return;
    this.parts.config.logger.warn(
      `task ${task.name} made no progress for ${this.parts.config.maxPollInterval} ms: this instance leaves the group until it does`,
    );
    session.left();
    await Promise.all([tasks.lose(), member.stop({ force: true, reason: 'no progress for max.poll.interval' })]);
    if (this.state.current === 'REBALANCING') member.start(session);
  }

  /** A commit of a member that lost its place fails; that loss is told to the session, which drops the tasks. */
  private commitOrLoopFailed(error: Error): void {
    const kind = 'kind' in error ? (error as DriverError).kind : undefined;
    if (kind === 'rejoin' || kind === 'retriable' || kind === 'closed')
      this.parts.config.logger.warn(`a commit failed, its input may be read again: ${error.message}`);
    else this.fail(error);
  }

  /** Asks the uncaught handler (StreamsUncaughtExceptionHandler). One that fails itself lets the client stop. */
  private taskFailed(error: Error): 'stop' | 'again' {
    const { uncaughtHandler } = this.parts.config;
    let answer: UncaughtVerdict = 'shutdown-client';
    try {
      answer = typeof uncaughtHandler === 'function' ? uncaughtHandler(error) : uncaughtHandler;
    } catch (thrown) {
      this.parts.config.logger.error('the uncaught handler failed', asError(thrown));
    }
    if (answer === 'replace') return 'again';
    this.fail(error);
    return 'stop';
  }

  /** The client can not go on: releases everything without a commit. */
  private fail(error: Error): void {
    if (!this.state.to('PENDING_ERROR')) return;
    this.failure = error;
    this.parts.config.logger.error(`${this.parts.config.applicationId} stops: ${error.message}`, error);
    void this.release('dirty').finally(() => this.state.to('ERROR'));
  }

  private async shutDown(timeoutMs: number): Promise<void> {
    const { clock, config } = this.parts;
    const abort = new AbortController();
    const late = clock.sleep(timeoutMs, abort.signal).then(() => {
      if (!abort.signal.aborted) config.logger.warn(`closing took longer than ${timeoutMs} ms: what is not committed will be read again`);
    });
    await Promise.race([this.release('clean'), late]);
    abort.abort();
    await this.driver?.close();
  }

  private async release(how: 'clean' | 'dirty'): Promise<void> {
    const { running, driver } = this;
    this.cancelCleanUp();
    if (running !== undefined) await releaseEngine(running, how, this.parts.config.logger);
    await driver?.close();
    if (running === undefined) await this.starting?.catch(() => {});
  }
}
