import { TopologyError } from '@ouzel/core';
import { TableSource } from '../operators/table-source.js';
import type { ProcessorSupplier } from '../processor/processor.js';
import type { Materialized, StoreBuilder } from '../state/store.js';
import { buildAssembly } from '../topology/graph/build.js';
import { Graph } from '../topology/graph/graph.js';
import { GlobalStoreNode, StateStoreNode, StreamSourceNode, TableSourceNode } from '../topology/graph/source-nodes.js';
import type { SourceDeclaration } from '../topology/declarations.js';
import { legalName } from '../topology/legal-name.js';
import { readTopologyConfig } from '../config/resolve-config.js';
import type { TopologyConfig } from '../config/streams-config.js';
import { storeView } from '../operators/table-view.js';
import type { GlobalKTable } from './global-ktable.js';
import { callback, nameIn, withSerdes } from './arguments/checked.js';
import { GlobalTableFace } from './tables/global-table-face.js';
import { materializedStore } from './stores/materialized.js';
import { Process } from '../operators/process.js';
import { declareBuilt } from './stores/declared-stores.js';
import { StreamFace } from './streams/stream-face.js';
import { sourceTable, tableSource } from './streams/stream-to-table.js';
import { instances } from './arguments/suppliers.js';
import { TableFace } from './tables/table-face.js';
import type { KStream } from './kstream.js';
import type { KTable } from './ktable.js';
import type { Consumed } from './options/index.js';
import { topologyOf, type Topology } from './topology.js';

type TableOptions<K, V> = Consumed<K, V> & { materialized?: Materialized<K, V> };

/**
 * Where a topology begins: sources, stores, and `build` at the end (StreamsBuilder).
 *
 * @example
 * const builder = new StreamsBuilder();
 * builder.stream('payment', { key: serdes.string, value: serdes.string }).filter((payment, key) => key === 'unknown').to('unknown-payment');
 * const topology = builder.build();
 */
export class StreamsBuilder {
  private readonly graph = new Graph();
  private built: Topology | undefined;

  /** `config`: what shapes the plan; `build` may say more. */
  constructor(private readonly config: TopologyConfig = {}) {
    readTopologyConfig(config);
  }

  /**
   * A stream of the records of one topic, of several, or of all whose whole name matches a pattern.
   * @example builder.stream('payment', { key: serdes.string, value: serdes.json<Payment>() })
   */
  stream<K = string, V = string>(topics: string | readonly string[] | RegExp, options?: Consumed<K, V>): KStream<K, V> {
    const { graph } = this;
    const { key, value } = withSerdes(options, 'stream');
    const listed = topics instanceof RegExp ? topics : legalTopics(typeof topics === 'string' ? [topics] : topics);
    const name = graph.names.orGenerated(nameIn(options, 'stream'), 'KSTREAM-SOURCE-');
    const node = graph.add(graph.root, new StreamSourceNode(source(name, listed, options)));
    return new StreamFace<K, V>({ graph, node, key, value, sources: new Set([name]), needsRepartition: false });
  }

  /**
   * The newest value of each key of a topic. It is kept in a store where somebody needs that, or where `materialized` names one.
   * @example builder.table('account', { key: serdes.string, value: serdes.json<Account>(), materialized: { store: 'accounts' } })
   */
  table<K = string, V = string>(topic: string, options?: TableOptions<K, V>): KTable<K, V> {
    const { graph } = this;
    const { store, names, declaration } = this.tableParts(topic, options, 'table');
    const table = sourceTable(store.declare(), store.isNamed, store.historyMs);
    const node = graph.add(graph.root, new TableSourceNode(names.processor, declaration, table, () => tableSource(table)));
    const { key, value } = store;
    const view = () => storeView<any, any>(store.name);
    return new TableFace<K, V>({
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
   * A table of which every instance holds all partitions: for joins by any key, and for lookups. Its topic is its backup.
   * @example builder.globalTable('currency', { key: serdes.string, value: serdes.double, materialized: { store: 'currencies' } })
   */
  globalTable<K = string, V = string>(topic: string, options?: TableOptions<K, V>): GlobalKTable<K, V> {
    const { graph } = this;
    const { store, names, declaration } = this.tableParts(topic, options, 'globalTable');
    if (store.historyMs !== undefined)
      throw new TopologyError('OUZEL_TOPOLOGY', { what: 'a global table can not be versioned', where: `state store "${store.name}"` });
    const processor = {
      kind: 'processor',
      name: names.processor,
      parents: [names.source],
      needs: [],
      create: () => new TableSource({ store: store.name, oldValues: false }),
    } as const;
    graph.add(graph.root, new GlobalStoreNode(store.declare(), declaration, processor, 'copy'));
    return new GlobalTableFace<K, V>({ graph, store: store.name, queryableStoreName: store.isNamed ? store.name : null });
  }

  /**
   * A store for processors, which are connected by its name.
   * @example builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('seen'), serdes.string, serdes.long))
   */
  addStateStore(store: StoreBuilder): this {
    this.graph.add(this.graph.root, new StateStoreNode(declareBuilt(store)));
    return this;
  }

  /**
   * A store of which every instance holds all records of a topic, filled by a processor of your own. With `reprocessOnRestore` the processor sees the
   * records again when the store is restored, else they are copied as they are. Any processor may use the store without being connected.
   * @example builder.addGlobalStore(names, 'name', { key: serdes.string, value: serdes.string, processor: () => new Writing() })
   */
  addGlobalStore<K, V>(
    store: StoreBuilder,
    topic: string,
    options: Consumed<K, V> & { processor: ProcessorSupplier<K, V, void, void>; reprocessOnRestore?: boolean },
  ): this {
    const { graph } = this;
    withSerdes(options, 'addGlobalStore');
    const given = nameIn(options, 'addGlobalStore');
    const instance = instances(options?.processor, 'addGlobalStore');
    const sourceName = graph.names.suffixedOrGenerated(given, '-source', 'KSTREAM-SOURCE-');
    const name = graph.names.orGenerated(given, 'KTABLE-SOURCE-');
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

  /** Names, optimises and puts together what was added; once: later calls answer the same topology. Throws what Kafka Streams refuses. */
  build(config: TopologyConfig = {}): Topology {
    if (this.built === undefined) {
      const resolved = readTopologyConfig(this.config, config);
      this.built = topologyOf({ assembly: buildAssembly(this.graph, resolved), config: resolved });
    }
    return this.built;
  }

  /** What the sources of tables have in common. An unnamed store takes its number first. */
  private tableParts(topic: string, options: TableOptions<any, any> | undefined, operator: string) {
    const { names } = this.graph;
    const [legal] = legalTopics([topic]) as [string];
    const { key, value } = withSerdes(options, operator);
    const given = nameIn(options, operator);
    const { materialized } = options ?? {};
    const serdes = {
      ...((key ?? materialized?.key) && { key: key ?? materialized!.key! }),
      ...((value ?? materialized?.value) && { value: value ?? materialized!.value! }),
    };
    const store = materializedStore(names, { ...materialized, ...serdes }, { operator, prefix: `${legal}-`, key, value });
    const sourceName = names.suffixedOrGenerated(given, '-source', 'KSTREAM-SOURCE-');
    const processor = names.orGenerated(given, 'KTABLE-SOURCE-');
    return { store, names: { source: sourceName, processor }, declaration: source(sourceName, [legal], { ...options, ...serdes }) };
  }
}

function source(name: string, topics: readonly string[] | RegExp, options: Consumed<any, any> = {}): SourceDeclaration {
  const { key, value, timestamp, offsetReset, tombstones = 'pass' } = options;
  if (timestamp !== undefined) callback(timestamp, `timestamp of source "${name}"`);
  return { kind: 'source', name, topics, key, value, timestamp, offsetReset, tombstones };
}

function legalTopics(topics: readonly string[]): readonly string[] {
  if (!Array.isArray(topics) || topics.length === 0)
    throw new TopologyError('OUZEL_TOPOLOGY', { what: 'a source needs a topic, a list of topics, or a RegExp' });
  return topics.map((topic) => legalName(topic, 'topic of a source'));
}
