import { durationMs, OuzelError, type Clock, type Duration } from '@ouzel/core';
import type { Admin, MemberDescription, PartitionOffset } from '@ouzel/kafka';
import { checkedApplication } from './checked-application.js';
import type { StreamsConfig } from './config/streams-config.js';
import type { Topology } from './dsl/topology.js';
import { matchedTopics, topicsOfCluster } from './runtime/topics/source-topics.js';
import { StateDirectory } from './state/directory/state-directory.js';
import type { ApplicationPlan } from './topology/plan.js';

/**
 * Where an application begins to read its inputs: at their first or last record, or at the first record of a time or
 * later. `at` is a Date or epoch ms; `byDuration` counts back from now.
 */
export type ResetTo = 'earliest' | 'latest' | { readonly at: Date | number } | { readonly byDuration: Duration };

export interface ResetOptions {
  /**
   * Where the inputs begin.
   *
   * @defaultValue 'earliest'
   */
  readonly to?: ResetTo;
  /**
   * Only returns what would be done.
   *
   * @defaultValue false
   */
  readonly dryRun?: boolean;
  /**
   * Internal topics to delete beside those of the topology: what earlier versions of it have left behind. Each must be
   * one of the report's `leftTopics`.
   */
  readonly alsoDelete?: readonly string[];
}

/** What a reset does, or would do. */
export interface ResetReport {
  readonly applicationId: string;
  /** The offset at which each partition of the inputs is read next. */
  readonly inputs: readonly PartitionOffset[];
  /** The changelogs and repartition topics that are deleted. */
  readonly deletedTopics: readonly string[];
  /** Topics that have the name of an internal topic of this application, and are not in its topology: they stay. */
  readonly leftTopics: readonly string[];
  /** The folder of local state on this machine, which is removed. Those on other machines must be removed there. */
  readonly stateDirectory: string;
}

/**
 * Lets an application begin anew (Java's StreamsResetter): sets the committed offsets of its inputs, deletes its
 * internal topics, and removes its local state on this machine. Outputs stay. All instances must be closed before:
 * while the group has members it throws OUZEL_STATE_TRANSITION, which names them. A reset that failed half-way can be
 * repeated.
 *
 * @example
 * ```ts
 * const report = await resetApplication(topology, config, { to: { byDuration: '1d' }, dryRun: true });
 * ```
 */
export async function resetApplication(topology: Topology, config: StreamsConfig, options: ResetOptions = {}): Promise<ResetReport> {
  const application = checkedApplication(topology, config);
  const { plan, connection, clock, random } = application;
  const { applicationId, stateDirectory: root } = application.config;
  const { to = 'earliest', dryRun = false, alsoDelete = [] } = options;
  const driver = connection.createDriver({ clientId: `${applicationId}-reset` });
  try {
    await driver.connect();
    const { admin } = driver;
    requireEmpty(applicationId, await admin.groupMembers(applicationId));
    const existing = await topicsOfCluster(admin);
    const inputs = await beginsOf(inputsOf(plan, existing), to, admin, clock);
    const topics = internalTopics(plan, applicationId, existing.keys(), alsoDelete);
    const folder = { root, applicationId, clock, random };
    if (!dryRun) {
      await admin.commitOffsets(
        applicationId,
        inputs.map((input) => ({ ...input, metadata: '' })),
      );
      await admin.deleteTopics(topics.deletedTopics);
      await StateDirectory.remove(folder);
    }
    return { applicationId, inputs, ...topics, stateDirectory: StateDirectory.pathOf(folder) };
  } finally {
    await driver.close();
  }
}

function requireEmpty(applicationId: string, members: readonly MemberDescription[]): void {
  if (members.length === 0) return;
  throw new OuzelError('OUZEL_STATE_TRANSITION', {
    what: `the application can not be reset, its group has ${members.length} ${members.length === 1 ? 'member' : 'members'}: ${members
      .map(({ memberId, clientId, host }) => `${memberId} (${clientId} at ${host})`)
      .join(', ')}`,
    where: applicationId,
    help: 'Close all instances. The membership of one that died ends with its session timeout.',
  });
}

/** Returns the partitions of the topics of the user that the application reads in its group. */
function inputsOf(plan: ApplicationPlan, existing: ReadonlyMap<string, number>) {
  const internal = new Set(plan.internalTopics.flatMap(({ topic, kind }) => (kind === 'repartition' ? [topic] : [])));
  const named = plan.subTopologies.flatMap(({ sourceTopics }) => sourceTopics).filter((topic) => !internal.has(topic));
  const topics = new Set([...named, ...[...matchedTopics(plan, existing.keys()).values()].flat()]);
  return [...topics].sort().flatMap((topic) => Array.from({ length: existing.get(topic) ?? 0 }, (_, partition) => ({ topic, partition })));
}

async function beginsOf(
  inputs: readonly { readonly topic: string; readonly partition: number }[],
  to: ResetTo,
  admin: Admin,
  clock: Clock,
): Promise<readonly PartitionOffset[]> {
  if (to === 'earliest' || to === 'latest') return admin.listOffsets(inputs, to, 'read_uncommitted');
  const at = 'at' in to ? Number(to.at) : clock.now() - durationMs(to.byDuration, 'byDuration');
  if (!Number.isFinite(at))
    throw new OuzelError('OUZEL_CONFIG', { what: 'the time to begin at is no time', where: 'resetApplication: to' });
  return admin.listOffsets(inputs, { at: Math.max(0, Math.floor(at)) }, 'read_uncommitted');
}

/** The names that Kafka Streams gives to internal topics (StreamsResetter). */
const internalName =
  /-(changelog|repartition|subscription-registration-topic|subscription-response-topic|subscription-(registration|response)-\d+-topic)$/i;

function internalTopics(
  plan: ApplicationPlan,
  applicationId: string,
  existing: Iterable<string>,
  alsoDelete: readonly string[],
): Pick<ResetReport, 'deletedTopics' | 'leftTopics'> {
  const own = new Set(plan.internalTopics.filter(({ kind }) => kind !== 'source as changelog').map(({ topic }) => topic));
  const all = [...existing].sort();
  const others = all.filter((topic) => !own.has(topic) && topic.startsWith(`${applicationId}-`) && internalName.test(topic));
  const foreign = alsoDelete.filter((topic) => !others.includes(topic));
  if (foreign.length > 0) {
    throw new OuzelError('OUZEL_CONFIG', {
      what: `${foreign.join(', ')}: no internal topic of ${applicationId} outside of its topology`,
      where: 'resetApplication: alsoDelete',
      help: 'The report of a dry run lists them as `leftTopics`.',
    });
  }
  return {
    deletedTopics: all.filter((topic) => own.has(topic) || alsoDelete.includes(topic)),
    leftTopics: others.filter((topic) => !alsoDelete.includes(topic)),
  };
}
