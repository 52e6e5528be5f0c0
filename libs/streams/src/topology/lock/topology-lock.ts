import { serdeName, type Serde } from '../../serdes/serde.js';
import type { StorePlan } from '../../state/kind/store-plan.js';
import type { ApplicationPlan, SourceSpec, SubTopology } from '../plan.js';

/** The version of the format of a lock that this release writes. */
export const lockVersion = 1;

/** Stands in a lock for the application id in the names of internal topics: one lock serves every environment. */
export const anyApplication = '<application>';

/**
 * Lists what an application leaves behind in Kafka and on disk: the names and the bytes of its stores and internal
 * topics. A change of it can orphan them. Operators and sinks are left out, because they keep nothing.
 */
export interface TopologyLock {
  readonly version: typeof lockVersion;
  readonly subTopologies: readonly LockedSubTopology[];
  /** By name. */
  readonly stores: Readonly<Record<string, LockedStore>>;
  /** By full name. */
  readonly repartitionTopics: Readonly<Record<string, LockedTopic>>;
  /** By name. They are filled from their topics, so that no change of them orphans anything. */
  readonly globalStores: Readonly<Record<string, LockedGlobalStore>>;
}

/** A part of a topology whose tasks are placed together. Its sources and stores name the folders of its tasks. */
export interface LockedSubTopology {
  /** Topics that it reads, repartition topics among them; a pattern as `/…/`. */
  readonly sources: readonly string[];
  readonly stores: readonly string[];
}

export type LockedOption = string | number | boolean;

export interface LockedStore {
  /** The kind of store, such as `window store`. */
  readonly kind: string;
  /** The layout of its rows: the identity of its kind. */
  readonly rows: string;
  /** The options of its kind that have plain values; `Infinity` is written as a text. */
  readonly options: Readonly<Record<string, LockedOption>>;
  readonly key: string;
  readonly value: string;
  readonly persistent: boolean;
  /** Null: no changelog. */
  readonly changelog: string | null;
}

export interface LockedTopic {
  readonly key: string;
  readonly value: string;
  /** The number that the topology asks for; null: that of the topics that its records come from. */
  readonly partitions: number | null;
}

export interface LockedGlobalStore {
  readonly kind: string;
  readonly topic: string;
  readonly key: string;
  readonly value: string;
}

/** Returns the lock of a plan. */
export function lockOf(plan: ApplicationPlan): TopologyLock {
  const { subTopologies } = plan;
  const neutral = neutralNames(plan);
  return {
    version: lockVersion,
    subTopologies: subTopologies.map((each) => lockedSubTopology(each, neutral)).sort(bySources),
    stores: recordOf(subTopologies.flatMap(({ stores }) => stores.map((store) => [store.spec.name, lockedStore(store, neutral)] as const))),
    repartitionTopics: recordOf(subTopologies.flatMap((each) => repartitionTopics(each, neutral))),
    globalStores: recordOf(
      (plan.global?.stores ?? []).map(({ spec: { name, kind, key, value }, changelog }) => [
        name,
        { kind: kind.name, topic: changelog!, key: serdeName(key), value: serdeName(value) },
      ]),
    ),
  };
}

/** Returns a function that puts `<application>` for the id in the names of internal topics, and in no others. */
function neutralNames({ applicationId, internalTopics }: ApplicationPlan): (topic: string) => string {
  const internal = new Set(internalTopics.flatMap(({ topic, kind }) => (kind === 'source as changelog' ? [] : [topic])));
  return (topic) => (internal.has(topic) ? `${anyApplication}${topic.slice(applicationId.length)}` : topic);
}

function lockedSubTopology({ sourceTopics, sourcePatterns, stores }: SubTopology, neutral: (topic: string) => string): LockedSubTopology {
  return {
    sources: [...sourceTopics.map(neutral), ...sourcePatterns.map(String)].sort(),
    stores: stores.map(({ spec }) => spec.name).sort(),
  };
}

function lockedStore({ spec, changelog }: StorePlan, neutral: (topic: string) => string): LockedStore {
  const { kind, options, key, value, persistent } = spec;
  return {
    kind: kind.name,
    rows: kind.identity(options),
    options: plainOptions(options),
    key: serdeName(key),
    value: serdeName(value),
    persistent,
    changelog: changelog === undefined ? null : neutral(changelog),
  };
}

function plainOptions(options: object): Readonly<Record<string, LockedOption>> {
  const plain = Object.entries(options).flatMap(([name, value]: [string, unknown]): [string, LockedOption][] => {
    if (typeof value === 'number' && !Number.isFinite(value)) return [[name, String(value)]];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[name, value]] : [];
  });
  return recordOf(plain);
}

function repartitionTopics({ nodes, repartitionTopics }: SubTopology, neutral: (topic: string) => string): [string, LockedTopic][] {
  return repartitionTopics.map(({ topic, partitions }) => {
    const source = nodes.find((node): node is SourceSpec => node.kind === 'source' && reads(node, topic));
    return [neutral(topic), { key: nameOf(source?.key), value: nameOf(source?.value), partitions: partitions ?? null }];
  });
}

function reads({ topics }: SourceSpec, topic: string): boolean {
  return !(topics instanceof RegExp) && topics.includes(topic);
}

function nameOf(serde: Serde<unknown> | undefined): string {
  return serde === undefined ? 'custom' : serdeName(serde);
}

function bySources(a: LockedSubTopology, b: LockedSubTopology): number {
  const [left, right] = [a.sources.join(), b.sources.join()];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Keys in order, so that equal locks are equal texts. */
function recordOf<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
