import type { Clock } from '@ouzel/core';
import type { Fetcher, KafkaDriver, Producer } from '@ouzel/kafka';
import type { Histogram } from './metrics.js';
import { DecodedBudget } from '../../state/rows/decoded-budget.js';
import { RecordCache } from '../../state/cache/record-cache.js';
import { RowCache } from '../../state/cache/row-cache.js';
import type { StateDirectory } from '../../state/directory/state-directory.js';
import type { ApplicationPlan } from '../../topology/plan.js';
import { packTopology } from '../group/announced-topology.js';
import type { ReplicaRules } from '../group/assign-tasks.js';
import { GroupLeader } from '../group/group-leader.js';
import { GroupSession } from '../group/group-session.js';
import { Membership } from '../group/membership.js';
import { taskKey } from '../group/task-key.js';
import { ClusterPartitionCounts } from '../topics/cluster-partition-counts.js';
import type { PartitionCounts } from '../topics/partition-counts.js';
import { Committer } from '../commit/committer.js';
import { createGuarantee } from './guarantee.js';
import { GlobalStores } from '../global/global-stores.js';
import { ChangelogReader } from '../restore/changelog-reader.js';
import { ReaderLoop } from '../restore/reader-loop.js';
import { ForgottenDeletions } from '../restore/forgotten-deletions.js';
import type { RestoreEvent } from '../restore/restore-progress.js';
import { StreamLoop } from '../loop/stream-loop.js';
import type { ResolvedConfig } from '../../config/streams-config.js';
import type { MemberMemory } from './member-memory.js';
import { StateCleaner } from './state-cleaner.js';
import { StandbyTasks } from '../standby/standby-tasks.js';
import { TaskManager } from '../lifecycle/task-manager.js';
import type { PendingCall } from '../task/pending-call.js';
import type { StreamTask } from '../task/stream-task.js';
import type { TaskEnvironment } from '../task/task-environment.js';
import { InputOffsets } from '../lifecycle/input-offsets.js';
import { taskFailure } from '../task/task-failure.js';
import { InternalTopics } from '../topics/internal-topics.js';
import { topicNeedsOf } from '../topics/topic-needs.js';
import { TopicWatch } from '../topics/topic-watch.js';

/**
 * How often topics are looked up while a source has none, ms. A client that can not begin does not wait for the next
 * regular look.
 */
const waitingLookMs = 5_000;

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
}

/** The parts that an engine is made from. */
export interface EngineParts {
  readonly driver: KafkaDriver;
  readonly directory: StateDirectory;
  readonly memory: MemberMemory;
  readonly plan: ApplicationPlan;
  readonly config: ResolvedConfig;
  readonly clock: Clock;
  readonly commitLatency: Histogram;
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
  const { driver, directory, config, plan, clock, commitLatency } = parts;
  const { logger } = config;
  const options = {
    group: config.applicationId,
    instanceId: config.groupInstanceId,
    sessionTimeoutMs: config.sessionTimeout,
    heartbeatIntervalMs: config.heartbeatInterval,
    rebalanceTimeoutMs: config.maxPollInterval,
    protocol: 'ouzel',
  };
  const member = new Membership(() => driver.createMember(options));
  const { producer, strategy, refusals } = createGuarantee(driver, config, directory, member);
  const { isolation } = config;
  const fetch = { isolation, maxWaitMs: config.consumer.maxWait, maxBytes: config.consumer.maxBytes };
  const fetcher = driver.createFetcher(fetch);
  const deletions = new ForgottenDeletions(driver.admin, clock, config.topicConfig);
  const reader = new ReaderLoop(driver.createFetcher(fetch), clock);
  const changelogs = new ChangelogReader({ loop: reader, admin: driver.admin, deletions, listener: listener.restoring, clock, logger });
  const repartition = new Set(plan.subTopologies.flatMap(({ repartitionTopics }) => repartitionTopics.map(({ topic }) => topic)));
  const committer = new Committer(strategy, driver.admin, clock, logger, repartition, (seconds) => commitLatency.observe(seconds), {
    intervalMs: config.commitInterval,
    uncommittedMaxBytes: config.uncommittedMaxBytes,
    purgeIntervalMs: config.repartitionPurgeInterval,
    taskTimeoutMs: config.taskTimeout,
  });
  const counts = new ClusterPartitionCounts(driver.admin, clock);
  const decoded = new DecodedBudget(config.decodedMaxBytes);
  const own = { ...taskEnvironment(parts, producer, fetcher, counts), refusals, decoded };
  const global =
    plan.global &&
    new GlobalStores({
      plan: plan.global,
      environment: { ...own, maxTaskIdleMs: -1 },
      directory,
      admin: driver.admin,
      reader,
      isolation,
      clock,
      commitIntervalMs: config.commitInterval,
      restoring: listener.restoring,
      failed: listener.failed,
    });
  const environment: TaskEnvironment = global === undefined ? own : { ...own, globalStores: global };
  const { applicationId: group, offsetReset } = config;
  const offsets = new InputOffsets({ admin: driver.admin, group, offsetReset, isolation, clock, logger });
  const standbys: StandbyTasks = new StandbyTasks({
    environment,
    directory,
    committed: (inputs) => offsets.committed(inputs),
    changelogs,
    clock,
    logger,
    commitIntervalMs: config.commitInterval,
    acceptableLag: config.acceptableRecoveryLag,
    warm: ({ name }) => session.warm(name),
    changed: listener.tasksChanged,
  });
  const tasks = new TaskManager({
    standbys,
    opening: { environment, directory, offsets, changelogs, logger },
    committer,
    fetcher,
    clock,
    logger,
    maxPollIntervalMs: config.maxPollInterval,
    taskTimeoutMs: config.taskTimeout,
    failed: (error, task) => listener.taskFailed(taskFailure(error, task.name)),
    closing: listener.taskEnds,
    changed: listener.tasksChanged,
  });
  const topology = packTopology(plan.subTopologies.map(topicNeedsOf));
  const internal = new InternalTopics(driver.admin, config);
  const session: GroupSession = new GroupSession({
    plan,
    admin: driver.admin,
    leader: new GroupLeader({ admin: driver.admin, internal, logger, topology, group, rules: replicaRules(config) }),
    tasks,
    standbys,
    tags: config.clientTags,
    clock,
    processId: directory.processId,
    server: config.applicationServer ?? null,
    topology,
    logger,
    stateOffsets: () => stateOffsets(directory, [...tasks.tasks.values(), ...standbys.all]),
    changed: listener.groupChanged,
    discard: (reason) => producer.discard(reason),
    rejoin: (reason) => member.rejoin(reason),
    taskFailed: listener.taskFailed,
    failed: listener.failed,
  });
  const watch = new TopicWatch({
    admin: driver.admin,
    clock,
    logger,
    maxAgeMs: () => (session.patternsWithoutTopic.length > 0 ? Math.min(config.metadataMaxAge, waitingLookMs) : config.metadataMaxAge),
    seen: (seen) => {
      counts.seen(seen);
      session.topicsSeen(seen);
      global?.topicsSeen(seen);
    },
  });
  const loop = new StreamLoop({
    tasks,
    committer,
    fetcher,
    producer,
    clock,
    bufferedRecordsPerPartition: config.bufferedRecordsPerPartition,
    inputBufferMaxBytes: config.inputBufferMaxBytes,
    producerMaxBytes: 32 * 1024 * 1024,
    reset: (route, partition) => offsets.reset(route.managed.plan, partition, 'the offset is out of range'),
    missing: async (input, isWanted) => ((await watch.untilThere(input, isWanted)) ? offsets.beginning(input) : undefined),
    failed: listener.loopFailed,
    isPaused: () => parts.isPaused(),
    stalled: listener.stalled,
    maxPollIntervalMs: config.maxPollInterval,
  });
  const cleaner = new StateCleaner(directory, config.stateCleanupDelay, clock, logger);
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
    memory: parts.memory,
    cleaner,
    decoded,
  };
}

function taskEnvironment({ config, clock }: EngineParts, producer: Producer, fetcher: Fetcher, counts: PartitionCounts): TaskEnvironment {
  const { deserializationHandler, processingHandler, productionHandler, deadLetterTopic } = config;
  return {
    applicationId: config.applicationId,
    stateDirectory: config.stateDirectory,
    clock,
    logger: config.logger,
    handlers: { deserialization: deserializationHandler, processing: processingHandler, production: productionHandler, deadLetterTopic },
    onDropped: config.onDropped,
    wake: () => fetcher.wake(),
    defaults: { key: config.defaultKeySerde, value: config.defaultValueSerde, timestamp: config.defaultTimestampExtractor },
    producer,
    counts,
    cache: config.cacheMaxBytes === 0 ? undefined : new RecordCache(config.cacheMaxBytes),
    rowCache: new RowCache(),
    stateMaxAgeMs: config.stateMaxAge,
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
