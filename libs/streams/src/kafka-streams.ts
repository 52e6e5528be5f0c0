import { inspect } from 'node:util';
import {
  abortController,
  asError,
  durationMs,
  keepProcessAlive,
  OuzelError,
  type Cancel,
  type Clock,
  type Duration,
  type Random,
} from '@ouzel/core';
import type { KafkaConnection, KafkaDriver, MembershipAtEnd } from '@ouzel/kafka';
import { checkedApplication } from './checked-application.js';
import type { ResolvedConfig, StreamsConfig } from './config/streams-config.js';
import type { Topology } from './dsl/topology.js';
import { requireLocked } from './locked-topology.js';
import { Meters } from './metrics/meters.js';
import type { Metrics } from './metrics/metric-family.js';
import { StateDirectory } from './state/directory/state-directory.js';
import { applicationStatus, type ApplicationStatus } from './runtime/client/application-status.js';
import { ClientQueries } from './runtime/client/client-queries.js';
import { ClientMetrics } from './runtime/client/metrics/client-metrics.js';
import { ClientState, type State, type StateListener } from './runtime/client/client-state.js';
import { clientView, type ClientView } from './runtime/client/client-view.js';
import { Connectivity } from './runtime/client/connectivity.js';
import { Ending } from './runtime/client/ending.js';
import type { Engine, EngineListener } from './runtime/client/engine.js';
import { FailurePolicy } from './runtime/client/failure-policy.js';
import { launch } from './runtime/client/launch.js';
import { QueriedClient } from './runtime/client/queried-client.js';
import { release, type Release } from './runtime/client/release.js';
import { RestoreLog } from './runtime/client/restore-log.js';
import { TaskCounters } from './runtime/client/metrics/task-counters.js';
import type { RestoreEvent } from './runtime/restore/restore-progress.js';
import type { PendingCall } from './runtime/task/pending-call.js';
import type { ApplicationPlan } from './topology/plan.js';

/** How long a client that failed may take to release what it holds, ms. */
const failureTimeoutMs = 30_000;

export interface CloseOptions {
  /** How long it may take. Default: 30s. */
  readonly timeout?: Duration;
  /**
   * Says how the membership in the group ends (KIP-1284). `leave`: others get the tasks at once. `remain`: the tasks
   * wait for the end of the session, or until this instance is back. Default: `membershipOnClose` of the configuration.
   */
  readonly membership?: MembershipAtEnd;
}

/**
 * Runs a topology: one group member, one loop, the tasks that the group gives it, and their state. It starts once; make
 * a new one to start again. While it runs it keeps the process alive.
 *
 * Construction does no I/O. It throws all faults of configuration and plan.
 *
 * @example
 * ```ts
 * const streams = new KafkaStreams(builder.build(), { applicationId: 'payments', kafka: { brokers: ['localhost:9092'] } });
 * await streams.start();
 * ```
 */
export class KafkaStreams extends QueriedClient {
  readonly applicationId: string;
  readonly metrics: Metrics = new ClientMetrics(() => this.view);
  private readonly config: ResolvedConfig;
  private readonly plan: ApplicationPlan;
  private readonly connection: KafkaConnection;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly lifecycle: ClientState;
  private readonly connectivity: Connectivity;
  private readonly restores: RestoreLog;
  private readonly failures: FailurePolicy;
  /** @internal */ protected readonly queries: ClientQueries;
  private readonly counters = new TaskCounters();
  private readonly view: ClientView;
  /** Aborts when the client ends. */
  private readonly closing = abortController();
  private driver: KafkaDriver | undefined;
  private engine: Engine | undefined;
  private launching: Promise<void> | undefined;
  private ending: Ending | undefined;
  private failure: Error | undefined;
  private letProcessEnd: Cancel = () => {};
  /** Whether a failure of this client ends all clients of the application. */
  private isEndingAll = false;

  constructor(
    readonly topology: Topology,
    given: StreamsConfig,
  ) {
    super();
    const { config, plan, connection, clock, random } = checkedApplication(topology, given);
    const { logger } = config;
    const listenerFailed = (of: string) => (error: Error) => logger.error(`a listener of ${of} failed`, error);
    this.config = config;
    this.plan = plan;
    this.connection = connection;
    this.clock = clock;
    this.random = random;
    this.applicationId = config.applicationId;
    this.lifecycle = new ClientState(clock, listenerFailed('state changes'));
    this.connectivity = new Connectivity(logger);
    this.restores = new RestoreLog(clock, listenerFailed('restores'));
    const meters = new Meters(config.metrics.level, clock);
    this.failures = new FailurePolicy(config.uncaughtHandler, logger, meters);
    const { lifecycle: state, connectivity, restores, counters } = this;
    const parts = { config, plan, clock, state, connectivity, restores, counters, meters };
    this.view = clientView(parts, { engine: () => this.engine, failure: () => this.failure });
    const own = () => ({ status: this.status(), metrics: this.metrics.collect() });
    this.queries = new ClientQueries(config, clock, () => this.view, own);
  }

  get state(): State {
    return this.lifecycle.current;
  }

  /** Returns a function that ends the listening. A listener that throws is logged and changes nothing. */
  onStateChange(listener: StateListener): () => void {
    return this.lifecycle.onChange(listener);
  }

  /**
   * Calls the listener when the restore of a store begins, goes on and ends. Returns a function that ends the
   * listening.
   */
  onRestore(listener: (event: RestoreEvent) => void): () => void {
    return this.restores.onRestore(listener);
  }

  /**
   * Resolves when the loop runs and the member is joining; stores are restored in the background. Where Kafka does not
   * answer, it resolves too, and the client goes on trying. Rejects with what is wrong with topics, credentials or the
   * state directory, and when the client was started or closed before. A client that is closed meanwhile does not run
   * afterwards.
   */
  async start(): Promise<void> {
    this.lifecycle.require('start', 'A client starts once. Make a new KafkaStreams to start again.', 'CREATED');
    this.letProcessEnd = keepProcessAlive();
    this.lifecycle.to('REBALANCING');
    if (!this.lifecycle.isAlive) return; // A listener has closed it.
    const launching = this.launch();
    const launched = launching.then(
      () => undefined,
      (thrown: unknown) => this.launchFailed(asError(thrown)),
    );
    this.launching = launched.then(() => {});
    const fault = await Promise.race([launched, this.connectivity.firstFailure]);
    if (fault !== undefined) throw fault;
  }

  /**
   * Commits, gives the tasks to others, and releases everything. What is not done when the time is over is abandoned:
   * its input is read again at the next start. A second call waits for the first; the shorter time counts.
   */
  async close({ timeout = '30s', membership = this.config.membershipOnClose }: CloseOptions = {}): Promise<void> {
    const timeoutMs = durationMs(timeout, 'timeout');
    if (this.state !== 'NOT_RUNNING' && this.state !== 'ERROR')
      this.ending ??= this.end('clean', 'PENDING_SHUTDOWN', 'NOT_RUNNING', membership);
    this.ending?.within(timeoutMs);
    await this.ending?.done;
  }

  /**
   * Lets no record be processed and nothing be punctuated until `resume`, also before the start (KIP-834). The client
   * stays in its group, goes on restoring, and commits what was processed.
   */
  pause(): void {
    this.lifecycle.isPaused = true;
  }

  resume(): void {
    this.lifecycle.isPaused = false;
  }

  get isPaused(): boolean {
    return this.lifecycle.isPaused;
  }

  /**
   * Removes the local state of the application, to be restored at the next start. Throws OUZEL_STATE_TRANSITION while
   * the client runs, and OUZEL_STATE_LOCKED while another process uses the state directory.
   */
  async cleanUp(): Promise<void> {
    this.lifecycle.require('cleanUp', 'Call it before `start`, or after `close`.', 'CREATED', 'NOT_RUNNING', 'ERROR');
    const { applicationId, clock, random } = this;
    await StateDirectory.remove({ root: this.config.stateDirectory, applicationId, clock, random });
  }

  status(): ApplicationStatus {
    return applicationStatus(this.view);
  }

  /** Returns the facts that `JSON.stringify` and `console.log` show. */
  toJSON(): { readonly applicationId: string; readonly state: State } {
    return { applicationId: this.applicationId, state: this.state };
  }

  [inspect.custom](): string {
    return `KafkaStreams ${inspect(this.toJSON())}`;
  }

  private async launch(): Promise<void> {
    const { config, plan, clock, random } = this;
    const { meters } = this.view;
    if (config.topologyLock !== false) await requireLocked(plan, config.topologyLock);
    if (!this.lifecycle.isAlive) return;
    this.driver = this.connection.createDriver({ clientId: config.applicationId });
    this.connectivity.watch(this.driver);
    const ports = { clock, random, meters, tracing: config.tracing?.(this), signal: this.closing.signal, isPaused: () => this.isPaused };
    this.engine = await launch({ ...ports, driver: this.driver, plan, config }, this.listener());
    if (!this.lifecycle.isAlive) return;
    if (!(await this.queries.start(() => this.lifecycle.isAlive))) return;
    const { loop, watch, cleaner, global, member, session } = this.engine;
    loop.start();
    watch.start();
    cleaner.start();
    const join = () => {
      if (this.lifecycle.isAlive) member.start(session);
    };
    if (global === undefined) join();
    else global.start().then(join, (thrown: unknown) => this.fail(asError(thrown)));
  }

  /** Returns the fault of a start, unless it is that the client was closed meanwhile. */
  private launchFailed(error: Error): Error | undefined {
    if (this.ending !== undefined) return undefined;
    this.fail(error);
    return error;
  }

  private listener(): EngineListener {
    return {
      restoring: (event) => this.restores.note(event),
      failed: (error) => this.fail(error),
      taskFailed: (error) => this.taskFailed(error),
      loopFailed: (error) => {
        if (error instanceof OuzelError && error.code === 'OUZEL_TASK_TIMEOUT') this.taskFailed(error);
        else if (this.failures.ofLoop(error) === 'stop') this.fail(error);
      },
      stalled: (call) => void this.standAside(call).catch((thrown: unknown) => this.fail(asError(thrown))),
      taskEnds: (task) => this.counters.retire(task),
      tasksChanged: () => this.settle(),
      groupChanged: (event) => this.groupChanged(event),
    };
  }

  private groupChanged(event: 'rebalancing' | 'assigned'): void {
    this.settle();
    const { member, memory } = this.engine!;
    const memberId = member.identity?.memberId;
    if (event === 'assigned' && memberId !== undefined) memory.remember(memberId);
  }

  /** RUNNING when the member has its tasks and all of them process; not while the application has no topic to read. */
  private settle(): void {
    if (this.engine === undefined) return;
    const { session, tasks } = this.engine;
    const isSettled =
      session.generation !== undefined &&
      !session.isWaitingForTopics &&
      [...tasks.tasks.values()].every(({ state }) => state === 'RUNNING');
    this.lifecycle.to(isSettled ? 'RUNNING' : 'REBALANCING');
  }

  /**
   * Leaves the group with all tasks, so that others can take over, while user code does not come back
   * (max.poll.interval.ms). Joins again when it has come back; where it has failed by then, the uncaught handler is
   * asked.
   */
  private async standAside({ description }: PendingCall): Promise<void> {
    const { member, session, tasks } = this.engine!;
    if (!member.isJoined) return;
    this.config.logger.warn(`${description}: this instance leaves the group until it comes back`);
    session.left();
    const [failures] = await Promise.all([tasks.lose(), member.stop({ membership: 'leave', reason: 'no progress for max.poll.interval' })]);
    if (failures.some((failure) => this.taskFailed(failure) === 'stop')) return;
    if (!this.lifecycle.isAlive) return;
    this.config.logger.info('user code has come back: this instance joins the group again');
    member.start(session);
  }

  private taskFailed(error: Error): 'stop' | 'again' {
    if (this.isEndingAll) return 'stop';
    const verdict = this.failures.ofTask(error);
    if (verdict === 'replace') return 'again';
    if (verdict === 'shutdown-application') this.endApplication(error);
    else this.fail(error);
    return 'stop';
  }

  /** Ends this client and all others of the application; this one alone where the group does not respond in time. */
  private endApplication(error: Error): void {
    const { member, session } = this.engine!;
    if (!member.isJoined) return this.fail(error);
    this.isEndingAll = true;
    this.config.logger.error(`all instances of ${this.applicationId} are asked to end: ${error.message}`, error);
    const cancel = this.clock.schedule(failureTimeoutMs, () => this.fail(error));
    this.closing.signal.addEventListener('abort', cancel, { once: true });
    session.endApplication(error);
  }

  /** Ends a client that can not go on, without a commit. One that another client ends has nothing to give up. */
  private fail(error: Error): void {
    if (this.ending !== undefined) return;
    this.failure = error;
    const isAsked = error instanceof OuzelError && error.code === 'OUZEL_APPLICATION_SHUTDOWN';
    this.ending = this.end(isAsked ? 'clean' : 'dirty', 'PENDING_ERROR', 'ERROR');
    this.ending.within(failureTimeoutMs);
    this.config.logger.error(`${this.applicationId} stops: ${error.message}`, error);
  }

  private end(how: Release, pending: State, final: State, membership: MembershipAtEnd = 'default'): Ending {
    const { logger } = this.config;
    const releaseAll = (patience: AbortSignal) => this.releaseAll(how, membership, patience).finally(ended);
    const ended = () => {
      this.lifecycle.to(final);
      this.letProcessEnd();
    };
    const overdue = (timeoutMs: number) => {
      logger.warn(`closing took longer than ${timeoutMs} ms: what is not committed will be read again`);
      this.driver?.close().catch(() => {});
      ended();
    };
    const ending = new Ending(releaseAll, overdue, this.clock);
    this.ending = ending;
    this.closing.abort();
    this.lifecycle.to(pending);
    return ending;
  }

  /** Closes the driver first where the launch is still under way, which ends it. */
  private async releaseAll(how: Release, membership: MembershipAtEnd, patience: AbortSignal): Promise<void> {
    const { logger } = this.config;
    await this.queries.close();
    const closeDriver = () =>
      this.driver?.close().catch((thrown: unknown) => logger.warn(`the connections did not close cleanly: ${asError(thrown).message}`));
    if (this.engine === undefined) {
      await closeDriver();
      await this.launching;
    }
    if (this.engine !== undefined) await release(this.engine, how, membership, logger, patience);
    await closeDriver();
  }
}
