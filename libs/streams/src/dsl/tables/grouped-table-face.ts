import { storeView } from '../../operators/table-view.js';
import type { Aggregator, Initializer, Reducer } from '../../operators/callbacks.js';
import type { ProcessorNode } from '../../processor/node.js';
import { serdes } from '../../serdes/serdes.js';
import { InternalTopicNode, type InternalTopicParts } from '../../topology/graph/internal-topic-node.js';
import { derivedSerde, resolveSerde, type SerdeRef } from '../../topology/declarations.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { demandOldValues } from '../../topology/graph/table-state.js';
import { KGroupedTable } from '../kgrouped-table.js';
import type { KTable } from '../ktable.js';
import type { Grouped, Stored } from '../options/index.js';
import { addAggregate } from '../groups/aggregate-node.js';
import { callback, nameIn, withSerdes } from '../arguments/checked.js';
import { isReadBefore } from './older-readers.js';
import { materializedStore, type StoreDefaults } from '../stores/materialized.js';
import { changed } from '../../serdes/changed.js';
import { TableAggregate } from '../../operators/table-aggregate.js';
import { TableReduce } from '../../operators/table-reduce.js';
import { TableRegroup } from '../../operators/table-regroup.js';
import { TableFace } from './table-face.js';
import type { TableHandle } from './table-handle.js';

type Create = (store: string, oldValues: boolean) => ProcessorNode<any, any, any, any>;

interface GroupedTableHandle extends Pick<TableHandle, 'graph' | 'node' | 'sources'> {
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  /** Of the user, for the repartition topic. */
  readonly groupName: string | undefined;
}

/** `KTable.groupBy`: old and new values under their groups; the table above must send old ones (KTableRepartitionMap). */
export function groupTable<K2, V2>(
  table: TableHandle,
  selector: (value: any, key: any) => readonly [K2 | null, V2 | null] | null,
  options?: Grouped<K2, V2>,
): KGroupedTable<K2, V2> {
  callback(selector, 'the selector of groupBy');
  const { key, value } = withSerdes(options, 'groupBy');
  const { graph, sources } = table;
  const groupName = nameIn(options, 'groupBy');
  const name = graph.names.orGenerated(groupName, 'KTABLE-SELECT-');
  const node = graph.add(
    table.node,
    new ProcessorGraphNode(name, {
      create: (defaults) =>
        new TableRegroup({
          selector,
          key: resolveSerde(key, defaults.key),
          sameGroup: isReadBefore('3.5', defaults) ? 'apart' : 'together',
        }),
    }),
  );
  demandOldValues(table.table, 'forces');
  return new GroupedTableFace<K2, V2>({ graph, node, sources, key, value, groupName });
}

/** The face of every grouped table (KGroupedTableImpl). */
class GroupedTableFace<K, V> extends KGroupedTable<K, V> {
  private shared: InternalTopicNode | undefined;

  constructor(private readonly group: GroupedTableHandle) {
    super();
  }

  override count(options?: Stored<K, number>): KTable<K, number> {
    const create: Create = (store, oldValues) =>
      new TableAggregate({ store, initial: () => 0, add: (count: number) => count + 1, subtract: (count: number) => count - 1, oldValues });
    return this.table(options, 'KTABLE-AGGREGATE-', { ...this.defaults('count'), value: serdes.long }, create);
  }

  override reduce(adder: Reducer<V>, subtractor: Reducer<V>, options?: Stored<K, V>): KTable<K, V> {
    const add = callback(adder, 'the adder of reduce');
    const subtract = callback(subtractor, 'the subtractor of reduce');
    return this.table(
      options,
      'KTABLE-REDUCE-',
      { ...this.defaults('reduce'), value: this.group.value },
      (store, oldValues) => new TableReduce({ store, add, subtract, oldValues }),
    );
  }

  override aggregate<A>(
    initial: Initializer<A>,
    adder: Aggregator<K, V, A>,
    subtractor: Aggregator<K, V, A>,
    options?: Stored<K, A>,
  ): KTable<K, A> {
    callback(initial, 'the first argument of aggregate');
    const add = callback(adder, 'the adder of aggregate');
    const subtract = callback(subtractor, 'the subtractor of aggregate');
    return this.table(
      options,
      'KTABLE-AGGREGATE-',
      this.defaults('aggregate'),
      (store, oldValues) => new TableAggregate({ store, initial, add, subtract, oldValues }),
    );
  }

  /** Stores of all three are named as those of aggregates. */
  private defaults(operator: string): StoreDefaults {
    return { operator, prefix: 'KTABLE-AGGREGATE-', key: this.group.key, value: undefined };
  }

  private table(options: Stored<K, any> | undefined, prefix: string, defaults: StoreDefaults, create: Create): KTable<K, any> {
    const { graph, groupName } = this.group;
    const given = nameIn(options, defaults.operator);
    const store = materializedStore(graph.names, options?.materialized, defaults);
    const sink = graph.names.suffixedOrGenerated(given, '-sink', 'KSTREAM-SINK-');
    const source = graph.names.suffixedOrGenerated(given, '-source', 'KSTREAM-SOURCE-');
    const name = graph.names.orGenerated(given, prefix);
    const repartition = this.repartition({ topic: `${groupName ?? store.name}-repartition`, sink, source });
    const handle = addAggregate(
      this.group,
      { node: repartition, sources: new Set([repartition.name]) },
      {
        name,
        store: store.declare(),
        queryableStoreName: store.isNamed ? store.name : null,
        key: store.key,
        value: store.value,
        historyMs: store.historyMs,
        view: () => storeView(store.name),
        create: ({ sendsOldValues }) => create(store.name, sendsOldValues),
      },
    );
    return new TableFace(handle);
  }

  /** A group with a name has one topic for all its aggregates. */
  private repartition(names: Pick<InternalTopicParts, 'topic' | 'sink' | 'source'>): InternalTopicNode {
    const { graph, node, key, value, groupName } = this.group;
    if (this.shared === undefined || groupName === undefined)
      this.shared = new InternalTopicNode({ ...names, key, value: derivedSerde(value, changed), partitioner: undefined });
    return graph.add(node, this.shared);
  }
}
