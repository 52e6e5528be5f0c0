import type { Random } from '@ouzel/core';
import type { Fetcher, Producer } from '@ouzel/kafka';
import { DecodedBudget } from '../../state/rows/decoded-budget.js';
import { RecordCache } from '../../state/cache/record-cache.js';
import { RowCache } from '../../state/cache/row-cache.js';
import type { StateDirectory } from '../../state/directory/state-directory.js';
import type { ApplicationPlan } from '../../topology/plan.js';
import { packTopology } from '../group/announced-topology.js';
import type { ReplicaRules } from '../group/assign-tasks.js';
import { GroupLeader } from '../group/group-leader.js';
import { GroupSession } from '../group/group-session.js';
import type { Membership } from '../group/membership.js';
import { taskKey } from '../group/task-key.js';
import { Committer } from '../commit/committer.js';
import { GlobalStores } from '../global/global-stores.js';
import type { ReaderLoop } from '../restore/reader-loop.js';
import type { RestoreEvent } from '../restore/restore-progress.js';
import { StreamLoop } from '../loop/stream-loop.js';
import type { ResolvedConfig } from '../../config/streams-config.js';
import { createLinks, type LinkParts, type Links } from './links.js';
import type { MemberMemory } from './member-memory.js';
import { StateCleaner } from './state-cleaner.js';
import type { StandbyTask } from '../standby/standby-task.js';
import { StandbyTasks } from '../standby/standby-tasks.js';
import { TaskManager } from '../lifecycle/task-manager.js';
import type { PendingCall } from '../task/pending-call.js';
import type { StreamTask } from '../task/stream-task.js';
import type { TaskEnvironment } from '../task/task-environment.js';
import { taskFailure } from '../task/task-failure.js';
import { InternalTopics } from '../topics/internal-topics.js';
import { topicNeedsOf } from '../topics/topic-needs.js';
import { TopicWatch } from '../topics/topic-watch.js';

/**
 * How often topics are looked up while a source has none, ms. A client that can not begin does not wait for the next
 * regular look.
 */
const waitingLookMs = 5_000;

/** Bytes that may wait for the broker before processing pauses. */
const producerMaxBytes = 32 * 1024 * 1024;

/** The parts of a client that runs. */
export interface Engine {
  readonly directory: StateDirectory;
  readonly producer: Producer;
  readonly fetcher: Fetcher;
  readonly reader: ReaderLoop;
  readonly member: Membership;
  readonly tasks: TaskManager;
  readonly standbys: StandbyTasks;
  readonly session: GroupSession;
  readonly committer: Committer;
  readonly loop: StreamLoop;
  readonly global: GlobalStores | undefined;
  readonly watch: TopicWatch;
  readonly memory: MemberMemory;
  readonly cleaner: StateCleaner;
  /** The rows that all stores keep decoded. */
  readonly decoded: DecodedBudget;
  /** Undefined where caching is off. */
  readonly cache: RecordCache | undefined;
}

/** The parts that an engine is made from. */
export interface EngineParts extends LinkParts {
  readonly random: Random;
  readonly memory: MemberMemory;
  readonly plan: ApplicationPlan;
  /** Whether the application is paused. */
  isPaused(): boolean;
}

/** Receives the events of the parts. */
export interface EngineListener {
  restoring(event: RestoreEvent): void;
  /** Called when the client can not go on. */
  failed(error: Error): void;
  /** Called when a task can not go on. Returning 'again' lets the task begin again from its last commit. */
  taskFailed(error: Error): 'stop' | 'again';
  /** Called when a commit or the loop has failed. */
  loopFailed(error: Error): void;
  /** Called with user code that has not returned for `maxPollInterval`, again and again while that is so. */
  stalled(call: PendingCall): void;
  /** Called before a task that processed is closed. */
  taskEnds(task: StreamTask): void;
  /** Called when the set of tasks, or the state of one, has changed. */
  tasksChanged(): void;
  /** Called when a rebalance begins, and when the member has taken over its assignment. */
  groupChanged(event: 'rebalancing' | 'assigned'): void;
}

/** Makes the parts and shows them to each other. Nothing runs yet (see `launch`). */
export function createEngine(parts: EngineParts, listener: EngineListener): Engine {
  const { directory, config, clock, memory } = parts;
  const links = createLinks(parts, listener.restoring);
  const { producer, fetcher, reader, member, counts } = links;
  const decoded = new DecodedBudget(config.decodedMaxBytes);
  const own: TaskEnvironment = { ...taskEnvironment(parts, links), decoded };
  const global = createGlobalStores(parts, links, own, listener);
  const environment = global === undefined ? own : { ...own, globalStores: global };
  const committer = createCommitter(parts, links);
  const standbys: StandbyTasks = createStandbys(parts, links, environment, listener, ({ name }) => session.warm(name));
  const tasks = createTasks(parts, links, environment, listener, committer, standbys);
  const session: GroupSession = createSession(parts, links, listener, tasks, standbys);
  const watch = createWatch(parts, session, (seen) => {
    counts.seen(seen);
    session.topicsSeen(seen);
    global?.topicsSeen(seen);
  });
  const loop = createLoop(parts, links, listener, committer, tasks, watch);
  const cleaner = new StateCleaner(directory, config.stateCleanupDelay, clock, config.logger);
  return {
    directory,
    producer,
    fetcher,
    reader,
    member,
    tasks,
    standbys,
    session,
    committer,
    loop,
    global,
    watch,
    memory,
    cleaner,
    decoded,
    cache: environment.cache,
  };
}

function createCommitter({ driver, config, plan, clock, meters }: EngineParts, { strategy }: Links): Committer {
  const repartition = new Set(plan.subTopologies.flatMap(({ repartitionTopics }) => repartitionTopics.map(({ topic }) => topic)));
  const took = (seconds: number) => meters.commitSeconds.observe(seconds);
  return new Committer(strategy, driver.admin, clock, config.logger, repartition, took, {
    intervalMs: config.commitInterval,
    uncommittedMaxBytes: config.uncommittedMaxBytes,
    purgeIntervalMs: config.repartitionPurgeInterval,
    taskTimeoutMs: config.taskTimeout,
  });
}

function createGlobalStores(
  { driver, config, directory, plan, clock }: EngineParts,
  { reader }: Links,
  environment: TaskEnvironment,
  { restoring, failed }: EngineListener,
): GlobalStores | undefined {
  if (plan.global === undefined) return undefined;
  return new GlobalStores({
    plan: plan.global,
    environment: { ...environment, maxTaskIdleMs: -1 },
    directory,
    admin: driver.admin,
    reader,
    isolation: config.isolation,
    clock,
    commitIntervalMs: config.commitInterval,
    restoring,
    failed,
  });
}

function createStandbys(
  { config, directory, clock }: EngineParts,
  { offsets, changelogs }: Links,
  environment: TaskEnvironment,
  { tasksChanged }: EngineListener,
  warm: (task: StandbyTask) => void,
): StandbyTasks {
  return new StandbyTasks({
    environment,
    directory,
    committed: (inputs) => offsets.committed(inputs),
    changelogs,
    clock,
    logger: config.logger,
    commitIntervalMs: config.commitInterval,
    acceptableLag: config.acceptableRecoveryLag,
    warm,
    changed: tasksChanged,
  });
}

function createTasks(
  { config, directory, clock }: EngineParts,
  { fetcher, offsets, changelogs }: Links,
  environment: TaskEnvironment,
  { taskFailed, taskEnds, tasksChanged }: EngineListener,
  committer: Committer,
  standbys: StandbyTasks,
): TaskManager {
  const { logger } = config;
  return new TaskManager({
    standbys,
    opening: { environment, directory, offsets, changelogs, logger },
    committer,
    fetcher,
    clock,
    logger,
    maxPollIntervalMs: config.maxPollInterval,
    taskTimeoutMs: config.taskTimeout,
    failed: (error, task) => taskFailed(taskFailure(error, task.name)),
    closing: taskEnds,
    changed: tasksChanged,
  });
}

function createSession(
  { driver, config, directory, plan, clock, meters }: EngineParts,
  { producer, member }: Links,
  { groupChanged, taskFailed, failed }: EngineListener,
  tasks: TaskManager,
  standbys: StandbyTasks,
): GroupSession {
  const { admin } = driver;
  const { logger, applicationId: group } = config;
  const topology = packTopology(plan.subTopologies.map(topicNeedsOf));
  const internal = new InternalTopics(admin, config);
  const changed: EngineListener['groupChanged'] = (event) => {
    if (event === 'rebalancing') meters.rebalance.start();
    else meters.rebalance.stop();
    groupChanged(event);
  };
  meters.rebalance.start();
  return new GroupSession({
    plan,
    admin,
    leader: new GroupLeader({ admin, internal, logger, topology, group, rules: replicaRules(config) }),
    tasks,
    standbys,
    tags: config.clientTags,
    clock,
    processId: directory.processId,
    server: config.applicationServer ?? null,
    topology,
    logger,
    stateOffsets: () => stateOffsets(directory, [...tasks.tasks.values(), ...standbys.all]),
    changed,
    discard: (reason) => producer.discard(reason),
    rejoin: (reason) => member.rejoin(reason),
    taskFailed,
    failed,
  });
}

function createWatch(
  { driver, config, clock }: EngineParts,
  session: GroupSession,
  seen: (topics: ReadonlyMap<string, number>) => void,
): TopicWatch {
  const { metadataMaxAge, logger } = config;
  const maxAgeMs = () => (session.patternsWithoutTopic.length > 0 ? Math.min(metadataMaxAge, waitingLookMs) : metadataMaxAge);
  return new TopicWatch({ admin: driver.admin, clock, logger, maxAgeMs, seen });
}

function createLoop(
  { config, clock, meters, isPaused }: EngineParts,
  { fetcher, producer, offsets }: Links,
  { loopFailed, stalled }: EngineListener,
  committer: Committer,
  tasks: TaskManager,
  watch: TopicWatch,
): StreamLoop {
  return new StreamLoop({
    tasks,
    committer,
    fetcher,
    producer,
    clock,
    meters,
    bufferedRecordsPerPartition: config.bufferedRecordsPerPartition,
    inputBufferMaxBytes: config.inputBufferMaxBytes,
    producerMaxBytes,
    reset: (route, partition) => offsets.reset(route.managed.plan, partition, 'the offset is out of range'),
    missing: async (input, isWanted) => ((await watch.untilThere(input, isWanted)) ? offsets.beginning(input) : undefined),
    failed: loopFailed,
    isPaused,
    stalled,
    maxPollIntervalMs: config.maxPollInterval,
  });
}

function taskEnvironment(
  { config, clock, random, meters, tracing }: EngineParts,
  { producer, fetcher, counts, refusals }: Links,
): Omit<TaskEnvironment, 'decoded'> {
  const { deserializationHandler, processingHandler, productionHandler, deadLetterTopic } = config;
  return {
    applicationId: config.applicationId,
    stateDirectory: config.stateDirectory,
    clock,
    random,
    logger: config.logger,
    handlers: { deserialization: deserializationHandler, processing: processingHandler, production: productionHandler, deadLetterTopic },
    onDropped: config.onDropped,
    wake: () => fetcher.wake(),
    defaults: { key: config.defaultKeySerde, value: config.defaultValueSerde, timestamp: config.defaultTimestampExtractor },
    producer,
    counts,
    refusals,
    cache: config.cacheMaxBytes === 0 ? undefined : new RecordCache(config.cacheMaxBytes),
    rowCache: new RowCache(),
    stateMaxAgeMs: config.stateMaxAge,
    meters,
    tracing,
    lag: {
      of: ({ topic, partition, fetched }) => {
        const end = fetcher.endOffset({ topic, partition });
        return end === undefined ? undefined : end - fetched;
      },
    },
    maxTaskIdleMs: config.maxTaskIdle,
    idleSourceTimeoutMs: config.idleSourceTimeout,
    timeJumpMs: config.streamTimeJumpWarning,
  };
}

function replicaRules(config: ResolvedConfig): ReplicaRules {
  return {
    replicas: config.numStandbyReplicas,
    spreadOver: config.rackAwareAssignmentTags,
    acceptableLag: config.acceptableRecoveryLag,
    maxWarmUps: config.maxWarmupReplicas,
    probeAfterMs: config.probingRebalanceInterval,
  };
}

/** Returns the sums of the changelog offsets of the state on disk, and of the state that tasks have open. */
async function stateOffsets(
  directory: StateDirectory,
  open: readonly { readonly key: string; readonly stateOffset: number | undefined }[],
): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { fingerprint, partition, offset } of await directory.storedTasks()) sums[taskKey({ fingerprint, partition })] = offset;
  for (const { key, stateOffset } of open) if (stateOffset !== undefined) sums[key] = stateOffset;
  return sums;
}
