import { TopologyError } from '@ouzel/core';
import type { ProcessorSupplier } from '../processor/processor.js';
import type { StoreBuilder } from '../state/store.js';
import type { PlannedTopology } from '../topology/application-plan.js';
import { Assembly } from '../topology/assembly.js';
import type { ProcessorDeclaration, SourceDeclaration } from '../topology/declarations.js';
import { describeTopology } from '../topology/description/description.js';
import { dotText } from '../topology/description/dot.js';
import { mermaidText } from '../topology/description/mermaid.js';
import { descriptionText } from '../topology/description/text.js';
import { withoutLogging } from '../topology/graph/source-nodes.js';
import type { TopicNameExtractor } from '../topology/plan.js';
import { readTopologyConfig } from '../config/resolve-config.js';
import type { TopologyConfig } from '../config/streams-config.js';
import { Process } from '../operators/process.js';
import { withSerdes } from './arguments/checked.js';
import { instances } from './arguments/suppliers.js';
import { declareBuilt, suppliedStores } from './stores/declared-stores.js';
import type { Consumed, Produced } from './options/index.js';

const inside = new WeakMap<Topology, PlannedTopology>();

/**
 * Returns what `planFor` makes a plan of. Throws OUZEL_TOPOLOGY for what is no topology, such as a builder that was not
 * built.
 */
export function plannedOf(topology: Topology): PlannedTopology {
  const planned = inside.get(topology);
  if (planned === undefined) {
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: 'what was given is not a topology',
      help: 'Pass what `StreamsBuilder.build()` returns, or a `Topology`.',
    });
  }
  return planned;
}

/** Returns the topology of what a builder has put together. */
export function topologyOf(planned: PlannedTopology): Topology {
  const topology = new Topology();
  inside.set(topology, planned);
  return topology;
}

function assemblyOf(topology: Topology): Assembly {
  return plannedOf(topology).assembly;
}

/** How a source reads its topics. */
export type TopologySourceOptions<K, V> = Omit<Consumed<K, V>, 'name'>;
/** How a sink writes its topic, and the nodes above it. */
export type TopologySinkOptions<K, V> = Omit<Produced<K, V>, 'name'> & { parents: readonly string[] };

/**
 * The plan of an application: sources, processors, stores and sinks. A StreamsBuilder makes one; with the methods here
 * one is put together by hand, parents before children (the Processor API's Topology). Once a client has it, it cannot
 * be changed any more.
 *
 * @example
 * new Topology()
 *   .addSource('payments', 'payment', { key: serdes.string, value: serdes.string })
 *   .addProcessor('check', () => new Check(), ['payments'])
 *   .addSink('checked', 'checked-payment', { parents: ['check'] });
 */
export class Topology {
  constructor(config: TopologyConfig = {}) {
    inside.set(this, { assembly: new Assembly(), config: readTopologyConfig(config) });
  }

  /**
   * Reads topics; a RegExp must match the whole name of a topic.
   * @example topology.addSource('payments', ['card-payment', 'transfer'], { key: serdes.string, value: serdes.string })
   */
  addSource<K, V>(name: string, topics: string | readonly string[] | RegExp, options?: TopologySourceOptions<K, V>): this {
    assemblyOf(this).addSource(sourceOf(name, topics, options));
    return this;
  }

  /**
   * Adds a processor below its parents, one instance per task. The stores of its supplier are added and connected.
   * @example topology.addProcessor('check', () => new Check(), ['payments'])
   */
  addProcessor<KIn, VIn, KOut, VOut>(name: string, supplier: ProcessorSupplier<KIn, VIn, KOut, VOut>, parents: readonly string[]): this {
    assemblyOf(this).addProcessor(processorOf(name, supplier, parents));
    for (const store of suppliedStores(supplier)) assemblyOf(this).addStore(store, [name]);
    return this;
  }

  /**
   * Writes what its parents forward to a topic, or to the topic that a function returns.
   * @example
   * topology.addSink('checked', 'checked-payment', { parents: ['check'], key: serdes.string, value: serdes.string })
   */
  addSink<K, V>(name: string, topic: string | TopicNameExtractor<K, V>, options: TopologySinkOptions<K, V>): this {
    const { key, value, partitioner, parents } = withSerdes(options as TopologySinkOptions<unknown, unknown>, 'addSink');
    assemblyOf(this).addSink({ kind: 'sink', name, topic: topic as string | TopicNameExtractor, key, value, partitioner, parents });
    return this;
  }

  /**
   * Adds a store and connects it to processors that were added before.
   * @example topology.addStateStore(seen, ['check'])
   */
  addStateStore(store: StoreBuilder, processors: readonly string[] = []): this {
    assemblyOf(this).addStore(declareBuilt(store), processors);
    return this;
  }

  /**
   * Adds a store of which every instance holds all records of a topic. The processor fills it, also when it is
   * restored.
   * @example topology.addGlobalStore(names.withLogging(false), 'names', 'name', 'names-writer', () => new Writing())
   */
  addGlobalStore<K, V>(
    store: StoreBuilder,
    source: string,
    topic: string,
    processor: string,
    supplier: ProcessorSupplier<K, V, void, void>,
    options?: TopologySourceOptions<K, V>,
  ): this {
    assemblyOf(this).addGlobalStore({
      declaration: withoutLogging(declareBuilt(store)),
      source: sourceOf(source, topic, options),
      processor: processorOf(processor, supplier, [source]),
      reprocess: true,
    });
    return this;
  }

  /**
   * Adds a store whose changelog is the topic that fills it (KIP-813). Only the supplier's processor may write it.
   * @example topology.addReadOnlyStateStore(names, 'names', 'name', 'names-writer', () => new Writing())
   */
  addReadOnlyStateStore<K, V>(
    store: StoreBuilder,
    source: string,
    topic: string,
    processor: string,
    supplier: ProcessorSupplier<K, V, void, void>,
    options?: TopologySourceOptions<K, V>,
  ): this {
    const assembly = assemblyOf(this);
    assembly.addSource(sourceOf(source, topic, options));
    assembly.addProcessor(processorOf(processor, supplier, [source]));
    assembly.useSourceAsChangelog(store.name, topic);
    assembly.addStore(withoutLogging(declareBuilt(store)), [processor]);
    return this;
  }

  /**
   * Lets a processor use stores that were added before.
   * @example topology.connectProcessorAndStateStores('check', 'seen', 'names')
   */
  connectProcessorAndStateStores(processor: string, ...stores: string[]): this {
    for (const store of stores) assemblyOf(this).connectStore(processor, store);
    return this;
  }

  /** Returns Kafka Streams' description, to the letter. */
  describe(): string {
    return descriptionText(describeTopology(assemblyOf(this)));
  }

  /** Returns the same facts as data: sub-topologies with their nodes, topics, stores and neighbours. */
  toJSON(): unknown {
    return { subTopologies: describeTopology(assemblyOf(this)) };
  }

  /** Returns the same facts as a flow chart for Mermaid. */
  toMermaid(): string {
    return mermaidText(describeTopology(assemblyOf(this)));
  }

  /** Returns the same facts as a graph for Graphviz. */
  toDot(): string {
    return dotText(describeTopology(assemblyOf(this)));
  }
}

function sourceOf<K, V>(
  name: string,
  topics: string | readonly string[] | RegExp,
  options: TopologySourceOptions<K, V> | undefined,
): SourceDeclaration {
  const {
    key,
    value,
    timestamp,
    offsetReset,
    tombstones = 'pass',
  } = withSerdes(options as TopologySourceOptions<unknown, unknown> | undefined, 'addSource');
  return { kind: 'source', name, topics: typeof topics === 'string' ? [topics] : topics, key, value, timestamp, offsetReset, tombstones };
}

function processorOf<KIn, VIn, KOut, VOut>(
  name: string,
  supplier: ProcessorSupplier<KIn, VIn, KOut, VOut>,
  parents: readonly string[],
): ProcessorDeclaration {
  const instance = instances(supplier, `processor "${name}"`);
  return { kind: 'processor', name, parents, needs: [], create: async () => new Process(await instance()) };
}
