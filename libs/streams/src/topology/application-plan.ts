import { createHash } from 'node:crypto';
import { FaultsError, type Fault } from '@ouzel/core';
import { dropsByClock, type TimestampExtractor } from '../processor/timestamps.js';
import type { Serde } from '../serdes/serde.js';
import type { StoreSpec } from '../state/kind/store-kind.js';
import type { TopicConfig } from '../state/store.js';
import type { Assembly } from './assembly.js';
import { resolveSerde, type NodeDeclaration, type PlanDefaults, type SerdeRef, type SourceDeclaration } from './declarations.js';
import { changelogConfig, repartitionConfig } from './internal-topics.js';
import type { ApplicationPlan, GlobalPlan, InternalTopic, NodeSpec, StorePlan, SubTopology } from './plan.js';
import { innerKeyPartitioner } from './inner-key-partitioner.js';
import { serdeFaults } from './serde-faults.js';
import type { ResolvedTopologyConfig } from '../config/resolve-config.js';

/** The settings of a client that a plan needs, by their names. Durations in ms. */
export interface PlanSettings {
  readonly applicationId: string;
  readonly defaultKeySerde?: Serde<unknown> | undefined;
  readonly defaultValueSerde?: Serde<unknown> | undefined;
  /** Default: persistent. */
  readonly storeType?: 'persistent' | 'in-memory';
  /** Default: plain. */
  readonly storeFormat?: 'plain' | 'headers';
  /** Settings of all internal topics (`topic.*`). Default: none. */
  readonly topicConfig?: TopicConfig;
  /** Default: one day. */
  readonly windowChangelogExtraRetention?: number;
  /** The extractor of sources that have none. Default: none. */
  readonly defaultTimestampExtractor?: TimestampExtractor | undefined;
  /** Default: 1 s. */
  readonly emitInterval?: number;
  /** Default: 1 s. */
  readonly outerJoinEmitInterval?: number;
  /**
   * The oldest release of Kafka Streams that still reads what this application writes, such as '3.4'. Default: none.
   */
  readonly upgradeFrom?: string | undefined;
}

/** The inside of a public topology. */
export interface PlannedTopology {
  readonly assembly: Assembly;
  readonly config: ResolvedTopologyConfig;
}

/** The longest name of a topic that Kafka takes, characters. */
const maxTopicName = 249;

/**
 * Names of internal topics are made of the application id and of a name that the user gave: each may be legal and both
 * together too long.
 */
function tooLongNames({ nodes, stores, repartitionTopics }: SubTopology): Fault[] {
  const repartitions = repartitionTopics.map(({ topic }) => {
    const source = nodes.find((node) => node.kind === 'source' && !(node.topics instanceof RegExp) && node.topics.includes(topic));
    return { topic, name: source?.name ?? topic, where: `source ${source?.name ?? topic}`, kind: 'repartition topic' };
  });
  const changelogs = stores.flatMap(({ spec: { name }, changelog, sourceAsChangelog }) =>
    changelog === undefined || sourceAsChangelog ? [] : [{ topic: changelog, name, where: `state store "${name}"`, kind: 'changelog' }],
  );
  return [...repartitions, ...changelogs]
    .filter(({ topic }) => topic.length > maxTopicName)
    .map(({ topic, name, where, kind }) => ({
      nodes: [name],
      where,
      what: `the name of its ${kind}, "${topic}", has ${topic.length} characters, Kafka takes ${maxTopicName}`,
      help: 'Give it a shorter name, or the application a shorter id',
    }));
}

/**
 * A topology with the names and defaults of one application. What the topology's own configuration says wins over the
 * client's. From now on the topology can not be changed. Throws OUZEL_SERDE_MISSING with every place that lacks a
 * serde, and OUZEL_NAMING with every internal topic whose name is too long.
 */
export function planFor({ assembly, config }: PlannedTopology, settings: PlanSettings): ApplicationPlan {
  assembly.seal();
  const defaults: PlanDefaults = {
    applicationId: settings.applicationId,
    key: config.defaultKeySerde ?? settings.defaultKeySerde,
    value: config.defaultValueSerde ?? settings.defaultValueSerde,
    storeType: config.storeType ?? settings.storeType ?? 'persistent',
    storeFormat: config.storeFormat ?? settings.storeFormat ?? 'plain',
    emitIntervalMs: settings.emitInterval ?? 1_000,
    outerJoinEmitIntervalMs: settings.outerJoinEmitInterval ?? 1_000,
    upgradeFrom: settings.upgradeFrom,
  };
  const faults = serdeFaults(assembly, defaults);
  if (faults.length > 0) throw new FaultsError('OUZEL_SERDE_MISSING', faults);
  return new Planner(assembly, settings, defaults).plan();
}

class Planner {
  private readonly globalNodes: ReadonlySet<string>;

  constructor(
    private readonly assembly: Assembly,
    private readonly settings: PlanSettings,
    private readonly defaults: PlanDefaults,
  ) {
    this.globalNodes = new Set([...assembly.globals.values()].flatMap(({ source, processor }) => [source.name, processor.name]));
  }

  plan(): ApplicationPlan {
    const subTopologies: SubTopology[] = [];
    for (const [id, names] of this.assembly.nodeGroups().entries())
      if (!this.globalNodes.has(names[0]!)) subTopologies.push(this.subTopology(id, names));
    const internalTopics = subTopologies.flatMap(({ repartitionTopics, changelogTopics }) => [...repartitionTopics, ...changelogTopics]);
    const faults = subTopologies.flatMap(tooLongNames);
    if (faults.length > 0) throw new FaultsError('OUZEL_NAMING', faults);
    return { applicationId: this.settings.applicationId, subTopologies, global: this.global(), internalTopics };
  }

  private subTopology(id: number, names: readonly string[]): SubTopology {
    const nodes = names.map((name) => this.node(this.assembly.nodes.get(name)!));
    const sources = nodes.filter((node) => node.kind === 'source');
    const stores = [...this.assembly.stores.values()]
      .filter(({ users }) => names.some((name) => users.has(name)))
      .map(({ declaration }) => this.store(declaration.spec(this.defaults)));
    const sourceTopics = sources.flatMap(({ topics }) => (topics instanceof RegExp ? [] : topics));
    return {
      id,
      fingerprint: this.fingerprint(stores, names),
      nodes,
      stores,
      sourceTopics,
      sourcePatterns: sources.flatMap(({ topics }) => (topics instanceof RegExp ? [topics] : [])),
      sinkTopics: [...new Set(nodes.flatMap((node) => (node.kind === 'sink' && typeof node.topic === 'string' ? [node.topic] : [])))],
      repartitionTopics: this.repartitionTopics(id, names),
      changelogTopics: stores.flatMap((store) => this.changelogTopic(id, store)),
      copartitioned: this.copartitioned(names),
    };
  }

  private global(): GlobalPlan | undefined {
    const globals = [...this.assembly.globals.values()];
    if (globals.length === 0) return undefined;
    const nodes = [...this.globalNodes].map((name) => this.node(this.assembly.nodes.get(name)!));
    const sourceTopics = globals.flatMap(({ source }) => source.topics as readonly string[]);
    const stores = globals.map(({ declaration }, i) => ({
      spec: declaration.spec(this.defaults),
      changelog: sourceTopics[i]!,
      sourceAsChangelog: true,
    }));
    return {
      nodes,
      stores,
      sourceTopics,
      reprocessed: new Set(globals.filter(({ reprocess }) => reprocess).map(({ declaration }) => declaration.name)),
    };
  }

  /** The node with full topic names and no serde left open. */
  private node(declaration: NodeDeclaration): NodeSpec {
    const { defaults } = this;
    switch (declaration.kind) {
      case 'source':
        return { ...declaration, topics: this.sourceTopics(declaration), ...this.serdes(declaration) };
      case 'sink': {
        const { topic, partitioner } = declaration;
        const serdes = this.serdes(declaration);
        return {
          ...declaration,
          topic: typeof topic === 'string' ? this.topic(topic) : topic,
          ...serdes,
          partitioner: partitioner === 'inner-key' ? innerKeyPartitioner(serdes.key) : partitioner,
        };
      }
      case 'processor': {
        const { kind, name, parents } = declaration;
        return { kind, name, parents, stores: this.storesOf(name), create: () => declaration.create(defaults) };
      }
    }
  }

  private serdes({ key, value }: { readonly key: SerdeRef; readonly value: SerdeRef }): {
    key: Serde<unknown> | undefined;
    value: Serde<unknown> | undefined;
  } {
    return { key: resolveSerde(key, this.defaults.key), value: resolveSerde(value, this.defaults.value) };
  }

  private storesOf(name: string): string[] {
    const filled = [...this.assembly.globals.values()]
      .filter(({ processor }) => processor.name === name)
      .map(({ declaration }) => declaration.name);
    return [...filled, ...this.assembly.storesOf(name)];
  }

  private sourceTopics({ topics }: SourceDeclaration): readonly string[] | RegExp {
    return topics instanceof RegExp ? topics : topics.map((topic) => this.topic(topic));
  }

  private topic(name: string): string {
    return this.assembly.repartitionTopics.has(name) ? `${this.settings.applicationId}-${name}` : name;
  }

  private store(spec: StoreSpec): StorePlan {
    const source = this.assembly.changelogSources.get(spec.name);
    if (source !== undefined && !this.isReadByClock(source))
      return { spec: { ...spec, logging: false }, changelog: this.topic(source), sourceAsChangelog: true };
    return {
      spec,
      changelog: spec.logging === false ? undefined : `${this.settings.applicationId}-${spec.name}-changelog`,
      sourceAsChangelog: false,
    };
  }

  /**
   * Returns whether the clock decides which records of the topic are read: a replay of the topic would not make the
   * same table.
   */
  private isReadByClock(topic: string): boolean {
    const source = [...this.assembly.nodes.values()].find(
      (node) => node.kind === 'source' && !(node.topics instanceof RegExp) && node.topics.includes(topic),
    ) as SourceDeclaration | undefined;
    return dropsByClock(source?.timestamp ?? this.settings.defaultTimestampExtractor);
  }

  private changelogTopic(subtopology: number, { spec, changelog, sourceAsChangelog }: StorePlan): InternalTopic[] {
    if (changelog === undefined) return [];
    const { topicConfig = {}, windowChangelogExtraRetention = 86_400_000 } = this.settings;
    const kind = sourceAsChangelog ? 'source as changelog' : 'changelog';
    return [
      {
        topic: changelog,
        kind,
        subtopology,
        partitions: undefined,
        config: changelogConfig(spec, topicConfig, windowChangelogExtraRetention),
      },
    ];
  }

  private repartitionTopics(subtopology: number, names: readonly string[]): InternalTopic[] {
    const topics = names.flatMap((name) => this.readBy(name));
    const config = repartitionConfig(this.settings.topicConfig ?? {});
    return topics
      .filter((topic) => this.assembly.repartitionTopics.has(topic))
      .map((topic) => ({
        topic: this.topic(topic),
        kind: 'repartition',
        subtopology,
        partitions: this.assembly.repartitionTopics.get(topic),
        config,
      }));
  }

  private copartitioned(names: readonly string[]): string[][] {
    return this.assembly.copartitioned.filter((sources) => names.some((name) => sources.has(name))).map((sources) => [...sources]);
  }

  /** Topics that a source node reads by name, as the topology names them. */
  private readBy(name: string): readonly string[] {
    const node = this.assembly.nodes.get(name);
    return node?.kind !== 'source' || node.topics instanceof RegExp ? [] : node.topics;
  }

  private fingerprint(stores: readonly StorePlan[], names: readonly string[]): string {
    const sources = names.map((name) => this.assembly.nodes.get(name)!).filter((node) => node.kind === 'source');
    const facts = [
      ...stores.map(({ spec }) => `store ${spec.name}`),
      ...sources.map(({ topics }) => `source ${topics instanceof RegExp ? String(topics) : [...topics].sort().join(' ')}`),
    ];
    return createHash('sha256').update(facts.sort().join('\n')).digest('hex').slice(0, 16);
  }
}
