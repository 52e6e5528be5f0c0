import type { Clock, Random } from '../clock/index.js';
import { asError, OuzelError } from '../errors/index.js';
import type { DriverError, Fetcher, KafkaConnection, KafkaDriver, Producer } from '../kafka/driver.js';
import { Histogram, type Metrics } from '../metrics/metrics.js';
import { RecordCache } from '../state/record-cache.js';
import { StateDirectory } from '../state/state-directory.js';
import type { ApplicationPlan } from '../topology/plan.js';
import { taskStatus, type ApplicationStatus } from './application-status.js';
import { GlobalStores } from './global/global-stores.js';
import { GroupSession } from './assignment/group-session.js';
import { Membership } from './assignment/membership.js';
import { taskKey } from './assignment/member-info.js';
import { ClientMetrics } from './client-metrics.js';
import { ClientState, type StateListener } from './client-state.js';
import { ClientStores, type LookupClient } from './client-stores.js';
import { ClusterPartitionCounts } from './cluster-partition-counts.js';
import { AtLeastOnce } from './commit/at-least-once.js';
import { Committer } from './committer.js';
import { ChangelogReader } from './restore/changelog-reader.js';
import type { RestoreEvent } from './restore/restore-progress.js';
import type { ResolvedConfig } from './streams-config.js';
import { StreamLoop } from './stream-loop.js';
import { TaskCounters } from './task-counters.js';
import { TaskManager } from './task-manager.js';
import type { StreamTask } from './task/stream-task.js';
import type { TaskEnvironment } from './task/task-assembly.js';
import { TaskCreator } from './task/task-creator.js';
import { TopicKeeper } from './topics/topic-keeper.js';

/** What a client is made of while it runs. */
interface Running {
  readonly directory: StateDirectory;
  readonly producer: Producer;
  readonly fetcher: Fetcher;
  readonly reader: ChangelogReader;
  readonly member: Membership;
  readonly tasks: TaskManager;
  readonly session: GroupSession;
  readonly committer: Committer;
  readonly loop: StreamLoop;
  readonly global: GlobalStores | undefined;
}

export interface StreamsClientParts {
  readonly plan: ApplicationPlan;
  readonly config: ResolvedConfig;
  readonly connection: KafkaConnection;
  readonly clock: Clock;
  readonly random: Random;
}

/** One application instance: one loop, one group member, its tasks, and its state (KafkaStreams). Put together here and nowhere else. */
export class StreamsClient {
  readonly state: ClientState;
  readonly metrics: Metrics;
  readonly stores: ClientStores;
  readonly commitLatency = new Histogram();
  readonly counters = new TaskCounters();
  running: Running | undefined;
  failure: Error | undefined;
  private driver: KafkaDriver | undefined;
  private connectivity: DriverError | undefined;
  private lastProgress: number | null = null;
  private readonly restoreListeners = new Set<(event: RestoreEvent) => void>();
  private readonly restored = new Map<string, number>();
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
      connectivity: { connected: this.driver !== undefined && this.connectivity === undefined && running !== undefined, failure: this.connectivity?.message ?? null },
      tasks: managed.map((task) => taskStatus(task, running?.fetcher)),
      restore: { restored: sum(({ restored }) => restored), total: sum(({ total }) => total), remaining: sum(({ remaining }) => remaining), lastProgressAt: this.lastProgress },
      sinceLoopTurn: running === undefined ? 0 : Math.max(0, clock.monotonic() - running.loop.lastTurn),
      maxPollInterval: config.maxPollInterval,
      failure: this.failure ?? null,
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
      globalStore: (name) => (running?.global?.progress.every(({ isComplete }) => isComplete) === true ? running.global.store(name) : undefined),
    };
  }

  private async launch(driver: KafkaDriver): Promise<void> {
    const { config, plan, clock, random } = this.parts;
    const directory = await StateDirectory.open({ root: config.stateDirectory, applicationId: config.applicationId, clock, random });
    try {
      await driver.connect();
      const topics = new TopicKeeper(plan, driver.admin, clock, { replicationFactor: config.replicationFactor, topicConfig: config.topicConfig, waitForTopicsMs: config.waitForTopics });
      await topics.require();
      await this.removeDeadMember(directory, driver);
      this.running = this.assemble(driver, directory, topics);
    } catch (thrown) {
      await directory.close();
      throw thrown;
    }
    if (this.state.current !== 'REBALANCING') return;
    const { loop, member, session, global } = this.running;
    loop.start();
    const join = () => {
      if (this.state.current === 'REBALANCING') member.start(session);
    };
    if (global === undefined) join();
    else global.start().then(join, (thrown: unknown) => this.fail(asError(thrown)));
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

  private assemble(driver: KafkaDriver, directory: StateDirectory, topics: TopicKeeper): Running {
    const { config, plan, clock } = this.parts;
    const { logger } = config;
    const { linger, deliveryTimeout, batchSize, maxRequestSize, compression } = config.producer;
    const producer = driver.createProducer({ lingerMs: linger, batchSize, maxRequestSize, compression, deliveryTimeoutMs: deliveryTimeout });
    const fetch = { isolation: 'read_uncommitted', maxWaitMs: config.consumer.maxWait, maxBytes: config.consumer.maxBytes } as const;
    const fetcher = driver.createFetcher(fetch);
    const reader = new ChangelogReader(driver.createFetcher(fetch), driver.admin, clock, fetch.isolation, (event) => this.restoring(event));
    const options = {
      group: config.applicationId,
      instanceId: config.groupInstanceId,
      sessionTimeoutMs: config.sessionTimeout,
      heartbeatIntervalMs: config.heartbeatInterval,
      rebalanceTimeoutMs: config.maxPollInterval,
      protocol: 'ouzel',
    };
    const member = new Membership(() => driver.createMember(options));
    const repartition = new Set(plan.subTopologies.flatMap(({ repartitionTopics }) => repartitionTopics.map(({ topic }) => topic)));
    const committer = new Committer(new AtLeastOnce(producer, member), driver.admin, clock, logger, repartition, this.commitLatency, {
      intervalMs: config.commitInterval,
      uncommittedMaxBytes: config.uncommittedMaxBytes,
      purgeIntervalMs: config.repartitionPurgeInterval,
    });
    const own = this.environment(producer, new ClusterPartitionCounts(driver.admin), fetcher);
    const global =
      plan.global &&
      new GlobalStores({
        plan: plan.global,
        environment: { ...own, maxTaskIdleMs: -1 },
        directory,
        admin: driver.admin,
        fetcher: driver.createFetcher(fetch),
        clock,
        commitIntervalMs: config.commitInterval,
        restoring: (event) => this.restoring(event),
        failed: (error) => this.fail(error),
      });
    const environment: TaskEnvironment = { ...own, globalStore: (name) => global?.store(name) };
    const creator = new TaskCreator({ environment, admin: driver.admin, group: config.applicationId, fetcher, reader, directory, clock, logger, offsetReset: config.offsetReset });
    const tasks = new TaskManager({
      creator,
      committer,
      fetcher,
      reader,
      directory,
      clock,
      logger,
      failed: (error, task) => this.fail(new OuzelError(error instanceof OuzelError ? error.code : 'OUZEL_PROCESSING', { what: error.message, where: `task ${task.name}`, cause: error })),
      closing: (task) => this.counters.retire(task),
      changed: () => this.settle(),
    });
    const session = new GroupSession({
      plan,
      topics,
      tasks,
      processId: directory.processId,
      server: config.applicationServer ?? null,
      logger,
      stateOffsets: () => this.stateOffsets(directory, tasks),
      changed: (event) => this.groupChanged(event),
      failed: (error) => this.fail(error),
    });
    const loop = new StreamLoop({
      tasks,
      committer,
      fetcher,
      producer,
      clock,
      bufferedRecordsPerPartition: config.bufferedRecordsPerPartition,
      producerMaxBytes: 32 * 1024 * 1024,
      reset: (route, partition) => creator.reset(route.managed, partition, 'the offset is out of range'),
      failed: (error) => this.commitOrLoopFailed(error),
      stalled: (task) => void this.standAside(task),
      maxPollIntervalMs: config.maxPollInterval,
    });
    return { directory, producer, fetcher, reader, member, tasks, session, committer, loop, global };
  }

  private environment(producer: Producer, counts: ClusterPartitionCounts, fetcher: Fetcher): TaskEnvironment {
    const { config, clock } = this.parts;
    const { deserializationHandler, processingHandler, productionHandler, deadLetterTopic } = config;
    return {
      services: {
        applicationId: config.applicationId,
        stateDirectory: config.stateDirectory,
        clock,
        handlers: { deserialization: deserializationHandler, processing: processingHandler, production: productionHandler, deadLetterTopic },
        onDropped: config.onDropped,
        wake: () => fetcher.wake(),
        isGlobalStore: (name) => this.parts.plan.global?.stores.some(({ spec }) => spec.name === name) === true,
      },
      defaults: { key: config.defaultKeySerde, value: config.defaultValueSerde, timestamp: config.defaultTimestampExtractor },
      producer,
      counts,
      cache: config.cacheMaxBytes === 0 ? undefined : new RecordCache(config.cacheMaxBytes),
      lag: {
        of: ({ topic, partition, fetched }) => {
          const end = fetcher.endOffset({ topic, partition });
          return end === undefined ? undefined : end - fetched;
        },
      },
      maxTaskIdleMs: config.maxTaskIdle,
    };
  }

  private async stateOffsets(directory: StateDirectory, tasks: TaskManager): Promise<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const { fingerprint, partition, offset } of await directory.storedTasks()) sums[taskKey({ fingerprint, partition })] = offset;
    for (const [key, { task, plan }] of tasks.tasks) {
      if (task !== undefined) sums[key] = plan.stores.reduce((sum, { spec }) => sum + (task.state.changelogOffset(spec.name) ?? 0), 0);
    }
    return sums;
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
    directory.rememberMember(memberId).catch((thrown: unknown) => this.parts.config.logger.warn(`the state directory can not be written: ${asError(thrown).message}`));
  }

  /** RUNNING when the member has its tasks and all of them process. */
  private settle(): void {
    const { running } = this;
    if (running === undefined) return;
    const isSettled = running.session.generation !== undefined && [...running.tasks.tasks.values()].every(({ state }) => state === 'RUNNING');
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
    this.parts.config.logger.warn(`task ${task.name} made no progress for ${this.parts.config.maxPollInterval} ms: this instance leaves the group until it does`);
    await member.stop({ force: true, reason: 'no progress for max.poll.interval' });
    session.left();
    await tasks.lose();
    if (this.state.current === 'REBALANCING') member.start(session);
  }

  /** A commit of a member that lost its place fails; that loss is told to the session, which drops the tasks. */
  private commitOrLoopFailed(error: Error): void {
    const kind = 'kind' in error ? (error as DriverError).kind : undefined;
    if (kind === 'rejoin' || kind === 'retriable' || kind === 'closed') this.parts.config.logger.warn(`a commit failed, its input may be read again: ${error.message}`);
    else this.fail(error);
  }

  /** The client can not go on: releases everything without a commit. */
  private fail(error: Error): void {
    if (!this.state.to('PENDING_ERROR')) return;
    this.failure = error;
    this.parts.config.logger.error(`${this.parts.config.applicationId} stops: ${error.message}`, error);
    void this.release(true).finally(() => this.state.to('ERROR'));
  }

  private async shutDown(timeoutMs: number): Promise<void> {
    const { clock, config } = this.parts;
    const abort = new AbortController();
    const late = clock.sleep(timeoutMs, abort.signal).then(() => {
      if (!abort.signal.aborted) config.logger.warn(`closing took longer than ${timeoutMs} ms: what is not committed will be read again`);
    });
    await Promise.race([this.release(false), late]);
    abort.abort();
    await this.driver?.close();
  }

  /** From the outside in: the loop, the tasks, the membership, the producer, the state. Every step is tried; failures are logged. */
  private async release(dirty: boolean): Promise<void> {
    const { running, driver } = this;
    const { logger } = this.parts.config;
    const step = async (what: string, work: () => Promise<void>) => {
      try {
        await work();
      } catch (thrown) {
        logger.warn(`${what} did not close cleanly: ${asError(thrown).message}`);
      }
    };
    if (running === undefined) {
      await this.driver?.close();
      await this.starting?.catch(() => {});
      return;
    }
    await step('the loop', () => running.loop.stop());
    await step('tasks', () => (dirty ? running.tasks.lose() : running.tasks.releaseAll()));
    await step('the group membership', () => running.member.stop({ reason: dirty ? 'the client failed' : 'the client was closed' }));
    await step('the member id', () => running.directory.rememberMember(undefined));
    await step('global stores', async () => running.global?.stop());
    await step('the restore', () => running.reader.close());
    await step('the fetcher', () => running.fetcher.close());
    await step('the producer', () => running.producer.close(dirty ? 0 : 10_000));
    await step('the state directory', () => running.directory.close());
    await step('the connection', () => driver!.close());
  }
}
