import { durationMs, OuzelError, type Clock, type Duration } from '@ouzel/core';
import type { Admin, MemberDescription, PartitionOffset, TopicPartition } from '@ouzel/kafka';
import { checkedApplication, checkedConfig, type CheckedConfig } from './checked-application.js';
import type { StreamsConfig } from './config/streams-config.js';
import { connectedSoon } from './connected-soon.js';
import { Topology } from './dsl/topology.js';
import { matchedTopics, topicsOfCluster } from './runtime/topics/source-topics.js';
import { StateDirectory } from './state/directory/state-directory.js';
import type { ApplicationPlan } from './topology/plan.js';

/**
 * Where an application begins to read its inputs: at their first record, after their last one, at the first record of a
 * time or later, at an offset, or so many records before or after the one that it would read next. `at` is a Date or epoch ms;
 * `byDuration` counts back from now; `offset` and `shiftBy` stay between the first record and the end.
 */
export type ResetTo =
  | 'earliest'
  | 'latest'
  | { readonly offset: number }
  | { readonly at: Date | number }
  | { readonly byDuration: Duration }
  | { readonly shiftBy: number };

/** The topics of an application, for who has no topology at hand. */
export interface ApplicationTopics {
  /** The topics that it reads. Offsets of others stay. */
  readonly inputTopics: readonly string[];
  /**
   * Its internal topics that are deleted; the others stay. Default: all topics that have the name of one, those of an
   * application `<id>-…` among them: a dry run lists them.
   */
  readonly internalTopics?: readonly string[];
}

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
   * Internal topics to delete beside those of the application: what earlier versions of it have left behind. Each must
   * be one of the report's `leftTopics`.
   */
  readonly alsoDelete?: readonly string[];
}

/** Tells the changes that a reset makes, or would make. */
export interface ResetReport {
  readonly applicationId: string;
  /** The offset at which each partition of the inputs is read next. */
  readonly inputs: readonly PartitionOffset[];
  /** The changelogs and repartition topics that are deleted. */
  readonly deletedTopics: readonly string[];
  /** Topics that have the name of an internal topic of this application, and are not among its own: they stay. */
  readonly leftTopics: readonly string[];
  /** The folder of local state on this machine, which is removed. Those on other machines must be removed there. */
  readonly stateDirectory: string;
}

/**
 * Lets an application begin anew (Java's StreamsResetter): sets the committed offsets of its inputs, deletes its
 * internal topics, and removes its local state on this machine. Outputs stay. All instances must be closed before:
 * while the group has members it throws OUZEL_STATE_TRANSITION, which names them. A reset that failed half-way can be
 * repeated. The application is its topology, or the names of its topics.
 *
 * @example
 * ```ts
 * const report = await resetApplication(topology, config, { to: { byDuration: '1d' }, dryRun: true });
 * ```
 */
export async function resetApplication(
  application: Topology | ApplicationTopics,
  config: StreamsConfig,
  options: ResetOptions = {},
): Promise<ResetReport> {
  const checked = checkedReset(application, config);
  const { connection, clock, random } = checked;
  const { applicationId, stateDirectory: root } = checked.config;
  const { to = 'earliest', dryRun = false, alsoDelete = [] } = options;
  const driver = connection.createDriver({ clientId: `${applicationId}-reset` });
  try {
    await connectedSoon(driver, applicationId, clock);
    const { admin } = driver;
    requireEmpty(applicationId, await admin.groupMembers(applicationId));
    const existing = await topicsOfCluster(admin);
    const own = checked.ownTopics([...existing.keys()]);
    const inputs = await beginsOf(partitionsOf(own.inputs, existing), to, applicationId, admin, clock);
    const topics = internalTopics(own.internal, applicationId, existing.keys(), alsoDelete);
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

/** The facts of an application that a reset needs. */
interface CheckedReset extends CheckedConfig {
  ownTopics(existing: readonly string[]): OwnTopics;
}

function checkedReset(application: Topology | ApplicationTopics, config: StreamsConfig): CheckedReset {
  if (application instanceof Topology) {
    const { plan, ...checked } = checkedApplication(application, config);
    return { ...checked, ownTopics: (existing) => topicsOfPlan(plan, existing) };
  }
  const checked = checkedConfig(config);
  return { ...checked, ownTopics: (existing) => topicsByName(application, checked.config.applicationId, existing) };
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

/** The topics of an application: those of the user that it reads in its group, and those that it makes for itself. */
interface OwnTopics {
  readonly inputs: readonly string[];
  readonly internal: readonly string[];
}

function topicsOfPlan(plan: ApplicationPlan, existing: readonly string[]): OwnTopics {
  const repartition = new Set(plan.internalTopics.flatMap(({ topic, kind }) => (kind === 'repartition' ? [topic] : [])));
  const named = plan.subTopologies.flatMap(({ sourceTopics }) => sourceTopics).filter((topic) => !repartition.has(topic));
  const internal = plan.internalTopics.flatMap(({ topic, kind }) => (kind === 'source as changelog' ? [] : [topic]));
  return { inputs: [...named, ...[...matchedTopics(plan, existing).values()].flat()], internal };
}

function topicsByName({ inputTopics, internalTopics }: ApplicationTopics, applicationId: string, existing: readonly string[]): OwnTopics {
  const internal = existing.filter(hasNameOfInternal(applicationId));
  const missing = inputTopics.filter((topic) => !existing.includes(topic));
  if (missing.length > 0)
    throw new OuzelError('OUZEL_TOPIC_MISSING', {
      what: `there is no topic ${missing.join(', ')}`,
      where: 'resetApplication: inputTopics',
    });
  const foreign = (internalTopics ?? []).filter((topic) => !internal.includes(topic));
  if (foreign.length > 0) throw notInternal(foreign, applicationId, 'internalTopics');
  return { inputs: inputTopics, internal: internalTopics ?? internal };
}

function partitionsOf(topics: readonly string[], existing: ReadonlyMap<string, number>): TopicPartition[] {
  const sorted = [...new Set(topics)].sort();
  return sorted.flatMap((topic) => Array.from({ length: existing.get(topic) ?? 0 }, (_, partition) => ({ topic, partition })));
}

async function beginsOf(
  inputs: readonly TopicPartition[],
  to: ResetTo,
  group: string,
  admin: Admin,
  clock: Clock,
): Promise<readonly PartitionOffset[]> {
  if (to === 'earliest' || to === 'latest') return admin.listOffsets(inputs, to, 'read_uncommitted');
  if ('offset' in to) return within(inputs, to.offset, admin);
  if ('shiftBy' in to) return shifted(inputs, to.shiftBy, group, admin);
  const at = 'at' in to ? Number(to.at) : clock.now() - durationMs(to.byDuration, 'byDuration');
  if (!Number.isFinite(at)) throw wrongTo('the time to begin at is no time');
  return admin.listOffsets(inputs, { at: Math.max(0, Math.floor(at)) }, 'read_uncommitted');
}

/** Returns the offset, or the end of the partition that is nearest to it. */
async function within(inputs: readonly TopicPartition[], offset: number, admin: Admin): Promise<readonly PartitionOffset[]> {
  if (!Number.isSafeInteger(offset) || offset < 0) throw wrongTo('the offset to begin at is no whole number');
  const [first, end] = await Promise.all([
    admin.listOffsets(inputs, 'earliest', 'read_uncommitted'),
    admin.listOffsets(inputs, 'latest', 'read_uncommitted'),
  ]);
  return inputs.map((input) => ({ ...input, offset: Math.min(offsetIn(end, input), Math.max(offsetIn(first, input), offset)) }));
}

function offsetIn(offsets: readonly PartitionOffset[], { topic, partition }: TopicPartition): number {
  return offsets.find((found) => found.topic === topic && found.partition === partition)?.offset ?? -1;
}

/** A partition for which nothing is committed is shifted from its first record. */
async function shifted(inputs: readonly TopicPartition[], by: number, group: string, admin: Admin): Promise<readonly PartitionOffset[]> {
  if (!Number.isSafeInteger(by)) throw wrongTo('the number of records to shift by is no whole number');
  const [first, end, committed] = await Promise.all([
    admin.listOffsets(inputs, 'earliest', 'read_uncommitted'),
    admin.listOffsets(inputs, 'latest', 'read_uncommitted'),
    admin.committedOffsets(group, inputs),
  ]);
  return inputs.map((input) => {
    const [least, most] = [offsetIn(first, input), offsetIn(end, input)];
    return { ...input, offset: Math.min(most, Math.max(least, Math.max(least, offsetIn(committed, input)) + by)) };
  });
}

function wrongTo(what: string): OuzelError {
  return new OuzelError('OUZEL_CONFIG', { what, where: 'resetApplication: to' });
}

/** The names that Kafka Streams gives to internal topics (StreamsResetter). */
const internalName =
  /-(changelog|repartition|subscription-registration-topic|subscription-response-topic|subscription-(registration|response)-\d+-topic)$/i;

function hasNameOfInternal(applicationId: string): (topic: string) => boolean {
  return (topic) => topic.startsWith(`${applicationId}-`) && internalName.test(topic);
}

function internalTopics(
  own: readonly string[],
  applicationId: string,
  existing: Iterable<string>,
  alsoDelete: readonly string[],
): Pick<ResetReport, 'deletedTopics' | 'leftTopics'> {
  const all = [...existing].sort();
  const others = all.filter(hasNameOfInternal(applicationId)).filter((topic) => !own.includes(topic));
  const foreign = alsoDelete.filter((topic) => !others.includes(topic));
  if (foreign.length > 0) throw notInternal(foreign, applicationId, 'alsoDelete');
  return {
    deletedTopics: all.filter((topic) => own.includes(topic) || alsoDelete.includes(topic)),
    leftTopics: others.filter((topic) => !alsoDelete.includes(topic)),
  };
}

function notInternal(topics: readonly string[], applicationId: string, option: 'alsoDelete' | 'internalTopics'): OuzelError {
  return new OuzelError('OUZEL_CONFIG', {
    what: `${topics.join(', ')}: no internal topic of ${applicationId}${option === 'alsoDelete' ? ' outside of its own' : ''}`,
    where: `resetApplication: ${option}`,
    help: `The report of a dry run lists them as \`${option === 'alsoDelete' ? 'leftTopics' : 'deletedTopics'}\`.`,
  });
}
