import { FaultsError, type ErrorParts } from '@ouzel/core';
import { field, flag, having, oneOf, readFields, type ReadFields } from '@ouzel/core/settings';
import type { Serde } from '../serdes/serde.js';

/** What shapes a plan, by our names or Kafka Streams' dotted ones. Settings that do not concern a plan may stand beside them. */
export type TopologyConfig = Readonly<Record<string, unknown>>;

/** A rule of the optimiser by Kafka Streams' name. */
export type OptimizationRule = 'reuse.ktable.source.topics' | 'merge.repartition.topics' | 'single.store.self.join';

const rules: readonly OptimizationRule[] = ['reuse.ktable.source.topics', 'merge.repartition.topics', 'single.store.self.join'];

function optimization(value: unknown): readonly OptimizationRule[] | { readonly fault: string } {
  if (value === 'all') return rules;
  if (value === 'none') return [];
  const list = typeof value === 'string' ? value.split(',').map((rule) => rule.trim()) : value;
  const known = Array.isArray(list) && list.every((rule) => rules.includes(rule as OptimizationRule));
  return known ? (list as OptimizationRule[]) : { fault: `must be 'none', 'all', or a list of ${rules.join(', ')}` };
}

const serde = having<Serde<any> | undefined>('serialize', 'deserialize');

const fields = {
  optimization: field<readonly OptimizationRule[]>([], optimization, 'topology.optimization'),
  explicitNames: field(false, flag, 'ensure.explicit.internal.resource.naming'),
  defaultKeySerde: field<Serde<any> | undefined>(undefined, serde, 'default.key.serde'),
  defaultValueSerde: field<Serde<any> | undefined>(undefined, serde, 'default.value.serde'),
  storeType: field<'persistent' | 'in-memory' | undefined>(undefined, oneOf('persistent', 'in-memory'), 'default.dsl.store'),
  storeFormat: field<'plain' | 'headers' | undefined>(undefined, oneOf('plain', 'headers'), 'dsl.store.format'),
};
const known = new Set(Object.entries(fields).flatMap(([name, { dotted }]) => [name, ...dotted]));

/** The settings of a plan, read. Undefined: the client's configuration decides. */
export type ResolvedTopologyConfig = ReadFields<typeof fields>;

/** Reads what concerns a plan; `later` wins over `earlier`. Throws OUZEL_CONFIG with all faults at once. */
export function readTopologyConfig(earlier: TopologyConfig, later: TopologyConfig = {}): ResolvedTopologyConfig {
  const faults: ErrorParts[] = [];
  const given = [...Object.entries(earlier), ...Object.entries(later)].filter(([key]) => known.has(key));
  const byName = new Map<string, unknown>();
  for (const [key, value] of given) byName.set(ownName(key), value);
  const read = readFields(fields, Object.fromEntries(byName), faults);
  if (faults.length > 0) throw new FaultsError('OUZEL_CONFIG', faults);
  return read;
}

function ownName(key: string): string {
  return Object.entries(fields).find(([, { dotted }]) => dotted.includes(key))?.[0] ?? key;
}
