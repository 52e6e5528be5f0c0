import { FaultsError, type Fault } from '@ouzel/core';
import { optional, Place, readSettings, type ConfigOf, type Resolved, type Settings } from '@ouzel/core/settings';
import { withoutKafkaNames } from './kafka-properties.js';
import { queryFaults } from './query-faults.js';
import { applicationId, connection } from './readers.js';
import { streamsSettings } from './settings/index.js';
import type { ResolvedConfig, StreamsConfig, TopologyConfig } from './streams-config.js';

/** Fills in defaults. Throws OUZEL_CONFIG with all faults at once. */
export function resolveConfig(given: StreamsConfig): ResolvedConfig {
  return resolveConfigWith({}, given);
}

/**
 * Reads the settings of a client and those of a layer above it, such as a Nest module. Throws OUZEL_CONFIG with all
 * faults of both at once, those that the layer has found before among them.
 */
export function resolveConfigWith<T extends Settings>(
  more: T,
  given: StreamsConfig & ConfigOf<T>,
  before: readonly Fault[] = [],
): ResolvedConfig & Resolved<T> {
  return read({ ...streamsSettings, ...more }, (faults) => withoutKafkaNames(given, faults), before);
}

const topologyTable = { ...streamsSettings, applicationId: optional(applicationId), kafka: optional(connection) };

/** The part of a configuration that is there when a topology is assembled, read. */
export type ResolvedTopologyConfig = Resolved<typeof topologyTable>;

/** Reads what is there of a configuration; the later one wins. Throws OUZEL_CONFIG with all faults at once. */
export function readTopologyConfig(earlier: TopologyConfig, later: TopologyConfig = {}): ResolvedTopologyConfig {
  return read(topologyTable, (faults) => ({ ...withoutKafkaNames(earlier, faults), ...withoutKafkaNames(later, faults) }));
}

/**
 * Returns faults for settings of a client that shape a topology while it is built, and that the topology which the
 * client was given was not built with: they would have no effect.
 */
export function faultsOfLateSettings(client: ResolvedConfig, topology: ResolvedTopologyConfig): Fault[] {
  const help = 'Pass the configuration to `new StreamsBuilder(config)` too';
  const late: [name: 'optimization' | 'explicitNames', isLate: boolean][] = [
    ['optimization', client.optimization.some((rule) => !topology.optimization.includes(rule))],
    ['explicitNames', client.explicitNames && !topology.explicitNames],
  ];
  return late.flatMap(([where, isLate]) =>
    isLate ? [{ where, what: 'has no effect, because the topology was built without it', help }] : [],
  );
}

/** The settings that are checked together with others. */
type Related = Pick<
  ResolvedConfig,
  | 'kafka'
  | 'heartbeatInterval'
  | 'sessionTimeout'
  | 'processingGuarantee'
  | 'isolation'
  | 'commitInterval'
  | 'clientTags'
  | 'rackAwareAssignmentTags'
  | 'queries'
  | 'applicationServer'
>;

/** Exactly once, all that Ouzel writes can be read after a commit, which is the more often (StreamsConfig). */
const exactlyOnceDefaults = { isolation: 'read_committed', commitInterval: 100 } as const;

function read<T extends Settings>(
  table: T,
  given: (faults: Fault[]) => Readonly<Record<string, unknown>>,
  before: readonly Fault[] = [],
): Resolved<T> {
  const faults = [...before];
  const named = given(faults);
  const resolved = readSettings(table, named, new Place(faults));
  // Every table that is read here has these.
  const related = resolved as unknown as Related;
  const { kafka, heartbeatInterval, sessionTimeout, processingGuarantee, isolation, clientTags, rackAwareAssignmentTags } = related;
  if (heartbeatInterval >= sessionTimeout)
    faults.push({ where: 'heartbeatInterval', what: `must be shorter than sessionTimeout, which is ${sessionTimeout} ms` });
  const untagged = (rackAwareAssignmentTags ?? []).filter((tag) => clientTags[tag] === undefined);
  if (untagged.length > 0)
    faults.push({
      where: 'rackAwareAssignmentTags',
      what: `clientTags has no ${untagged.join(', ')}`,
      help: 'Give this instance the tags',
    });
  faults.push(...queryFaults(related));
  const isExactlyOnce = processingGuarantee === 'exactly_once_v2';
  if (isExactlyOnce && named['isolation'] !== undefined && isolation !== 'read_committed')
    faults.push({ where: 'isolation', what: "must be 'read_committed' with exactly_once_v2", help: 'Leave it out' });
  if (faults.length > 0) throw new FaultsError('OUZEL_CONFIG', faults);
  return { ...resolved, ...missingOf({ ...(isExactlyOnce && exactlyOnceDefaults), ...clusterDefaults(kafka) }, named) };
}

/** State of a cluster that ends with the process has a folder that ends with it too. */
function clusterDefaults(kafka: Related['kafka'] | undefined): { readonly stateDirectory?: string } {
  const isConnection = kafka !== undefined && 'createDriver' in kafka;
  return isConnection && kafka.stateDirectory !== undefined ? { stateDirectory: kafka.stateDirectory } : {};
}

/** Returns the defaults of settings that were not given. */
function missingOf(defaults: Readonly<Record<string, unknown>>, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => given[name] === undefined));
}
