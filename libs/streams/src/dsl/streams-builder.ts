import type { TimestampExtractor } from '../processor/timestamps.js';
import { TopologyError } from '@ouzel/core';
import { Process } from '../operators/process.js';
import { TableSource } from '../operators/table-source.js';
import { storeView } from '../operators/table-view.js';
import type { ProcessorSupplier } from '../processor/processor.js';
import type { StoreBuilder } from '../state/store.js';
import type { SourceDeclaration } from '../topology/declarations.js';
import { buildAssembly } from '../topology/graph/build.js';
import { GlobalStoreNode, StateStoreNode, StreamSourceNode, TableSourceNode } from '../topology/graph/source-nodes.js';
import { legalName } from '../topology/legal-name.js';
import { readTopologyConfig } from '../config/resolve-config.js';
import type { TopologyConfig } from '../config/streams-config.js';
import { callback, nameIn, withSerdes } from './arguments/checked.js';
import { instances } from './arguments/suppliers.js';
import { DslGraph, type StreamHandle, type TableHandle } from './handles.js';
import type { Consumed, Materialized } from './options/index.js';
import { declareBuilt } from './stores/declared-stores.js';
import { materializedStore } from './stores/materialized.js';
import type { GlobalKTable, KStream, KTable } from './streams-and-tables.js';
import { KStreamImpl } from './kstream-impl.js';
import { sourceTable, tableSource } from './streams/stream-to-table.js';
import { GlobalKTableImpl } from './global-ktable-impl.js';
import { KTableImpl } from './ktable-impl.js';
import { topologyOf, type Topology } from './topology.js';

class BuilderGraph extends DslGraph {
  override stream<K, V>(handle: StreamHandle): KStream<K, V> {
    return new KStreamImpl(handle);
  }

  override table<K, V>(handle: TableHandle): KTable<K, V> {
    return new KTableImpl(handle);
  }
}

/** How a table reads its topic and keeps its rows. */
export interface TableSourceOptions<K, V> extends Consumed<K, V> {
  materialized?: Materialized<K, V>;
}

/** How a global store reads its topic. */
export interface GlobalStoreOptions<K, V> extends Consumed<K, V> {
  /** Makes the processor that fills the store. */
  processor: ProcessorSupplier<K, V, void, void>;
  /**
   * False: on restore the records of the topic are copied into the store as they are. Default true: the processor sees
   * them again.
   */
  reprocessOnRestore?: boolean;
}

/**
 * Builds a topology with the DSL: sources and stores first, `build` at the end.
 *
 * @example
 * const builder = new StreamsBuilder();
 * builder
 *   .stream('payment', { key: serdes.string, value: serdes.string })
 *   .filter((payment, key) => key === 'unknown')
 *   .to('unknown-payment');
 * const topology = builder.build();
 */
export class StreamsBuilder {
  private readonly graph = new BuilderGraph();
  private built: Topology | undefined;

  /** `config` shapes the plan; what `build` says goes over it. */
  constructor(private readonly config: TopologyConfig = {}) {
    readTopologyConfig(config);
  }

  /**
   * Returns a stream of the records of one topic, of several topics, or of all topics whose whole name matches a
   * pattern.
   * @example builder.stream('payment', { key: serdes.string, value: serdes.json<Payment>() })
   */
  stream<K = string, V = string>(topics: string | readonly string[] | RegExp, options?: Consumed<K, V>): KStream<K, V> {
    const { graph } = this;
    const { key, value } = withSerdes(options, 'stream');
    const listed = topics instanceof RegExp ? topics : legalTopics(typeof topics === 'string' ? [topics] : topics);
    const name = graph.names.orGenerated(nameIn(options, 'stream'), 'KSTREAM-SOURCE-');
    const node = graph.add(graph.root, new StreamSourceNode(source(name, listed, options)));
    return graph.stream({ graph, node, key, value, sources: new Set([name]), needsRepartition: false });
  }

  /**
   * Returns a table of the newest value of each key of a topic. It is kept in a store where an operator needs that, or
   * where `materialized` names one.
   * @example
   * builder.table('account', { key: serdes.string, value: serdes.json<Account>(), materialized: { store: 'rows' } })
   */
  table<K = string, V = string>(topic: string, options?: TableSourceOptions<K, V>): KTable<K, V> {
    const { graph } = this;
    const { store, names, declaration } = this.tableParts(topic, options, 'table');
    const table = sourceTable(store.declare(), store.isNamed, store.historyMs);
    const node = graph.add(graph.root, new TableSourceNode(names.processor, declaration, table, () => tableSource(table)));
    const { key, value } = store;
    const view = () => storeView(store.name);
    return graph.table({
      graph,
      node,
      key,
      value,
      sources: new Set([names.source]),
      table,
      queryableStoreName: store.isNamed ? store.name : null,
      view,
    });
  }

  /**
   * Returns a table of which every instance holds all partitions: for joins by any key, and for queries. Its topic is
   * its changelog.
   * @example
   * builder.globalTable('currency', {
   *   key: serdes.string,
   *   value: serdes.double,
   *   materialized: { store: 'currencies' },
   * })
   */
  globalTable<K = string, V = string>(topic: string, options?: TableSourceOptions<K, V>): GlobalKTable<K, V> {
    const { graph } = this;
    const { store, names, declaration } = this.tableParts(topic, options, 'globalTable');
    if (store.historyMs !== undefined)
      throw new TopologyError('OUZEL_TOPOLOGY', { what: 'a global table cannot be versioned', where: `state store "${store.name}"` });
    const processor = {
      kind: 'processor',
      name: names.processor,
      parents: [names.source],
      needs: [],
      create: () => new TableSource({ store: store.name, oldValues: false }),
    } as const;
    graph.add(graph.root, new GlobalStoreNode(store.declare(), declaration, processor, 'copy'));
    return new GlobalKTableImpl<K, V>({ graph, store: store.name, queryableStoreName: store.isNamed ? store.name : null });
  }

  /**
   * Adds a store for processors, which are connected to it by its name.
   * @example
   * const seen = Stores.persistentKeyValueStore('seen');
   * builder.addStateStore(Stores.keyValueStoreBuilder(seen, serdes.string, serdes.long))
   */
  addStateStore(store: StoreBuilder): this {
    this.graph.add(this.graph.root, new StateStoreNode(declareBuilt(store)));
    return this;
  }

  /**
   * Adds a store of which every instance holds all records of a topic, filled by a processor of your own. Any processor
   * may use the store without being connected.
   * @example
   * builder.addGlobalStore(names, 'name', { key: serdes.string, value: serdes.string, processor: () => new Writing() })
   */
  addGlobalStore<K, V>(store: StoreBuilder, topic: string, options: GlobalStoreOptions<K, V>): this {
    const { graph } = this;
    withSerdes(options, 'addGlobalStore');
    const chosenName = nameIn(options, 'addGlobalStore');
    const instance = instances(options?.processor, 'addGlobalStore');
    const sourceName = graph.names.suffixedOrGenerated(chosenName, '-source', 'KSTREAM-SOURCE-');
    const name = graph.names.orGenerated(chosenName, 'KTABLE-SOURCE-');
    const processor = {
      kind: 'processor',
      name,
      parents: [sourceName],
      needs: [],
      create: async () => new Process(await instance()),
    } as const;
    graph.add(
      graph.root,
      new GlobalStoreNode(
        declareBuilt(store),
        source(sourceName, legalTopics([topic]), options),
        processor,
        options.reprocessOnRestore === false ? 'copy' : 'reprocess',
      ),
    );
    return this;
  }

  /**
   * Returns the topology of what was added, named and optimised. Later calls return the same one. Throws OUZEL_TOPOLOGY
   * for what Kafka Streams refuses.
   */
  build(config: TopologyConfig = {}): Topology {
    if (this.built === undefined) {
      const resolved = readTopologyConfig(this.config, config);
      this.built = topologyOf({ assembly: buildAssembly(this.graph, resolved), config: resolved });
    }
    return this.built;
  }

  /** Returns the parts that `table` and `globalTable` share. A store without a name takes its number first. */
  private tableParts<K, V>(topic: string, options: TableSourceOptions<K, V> | undefined, operator: string) {
    const { names } = this.graph;
    const [legal] = legalTopics([topic]) as [string];
    const { key, value } = withSerdes(options, operator);
    const chosenName = nameIn(options, operator);
    const { materialized } = options ?? {};
    const serdes = {
      ...((key ?? materialized?.key) && { key: key ?? materialized!.key! }),
      ...((value ?? materialized?.value) && { value: value ?? materialized!.value! }),
    };
    const store = materializedStore(names, { ...materialized, ...serdes }, { operator, prefix: `${legal}-`, key, value });
    const sourceName = names.suffixedOrGenerated(chosenName, '-source', 'KSTREAM-SOURCE-');
    const processor = names.orGenerated(chosenName, 'KTABLE-SOURCE-');
    return { store, names: { source: sourceName, processor }, declaration: source(sourceName, [legal], { ...options, ...serdes }) };
  }
}

function source<K, V>(name: string, topics: readonly string[] | RegExp, options: Consumed<K, V> = {}): SourceDeclaration {
  const { key, value, timestamp, offsetReset, tombstones = 'pass' } = options;
  if (timestamp !== undefined) callback(timestamp, `timestamp of source "${name}"`);
  return { kind: 'source', name, topics, key, value, timestamp: timestamp as TimestampExtractor | undefined, offsetReset, tombstones };
}

function legalTopics(topics: readonly string[]): readonly string[] {
  if (!(topics instanceof Array) || topics.length === 0)
    throw new TopologyError('OUZEL_TOPOLOGY', { what: 'a source needs a topic, a list of topics, or a RegExp' });
  return topics.map((topic) => legalName(topic, 'topic of a source'));
}
