import type { Aggregator, Initializer, Reducer } from '../../operators/callbacks.js';
import { TableAggregate } from '../../operators/table-aggregate.js';
import { TableReduce } from '../../operators/table-reduce.js';
import { TableRegroup } from '../../operators/table-regroup.js';
import type { AnyNode } from '../../processor/node.js';
import { changed } from '../../serdes/changed.js';
import { serdes } from '../../serdes/serdes.js';
import { derivedSerde, resolveSerde, type SerdeRef } from '../../topology/declarations.js';
import { InternalTopicNode, type InternalTopicParts } from '../../topology/graph/internal-topic-node.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { demandOldValues } from '../../topology/graph/table-state.js';
import { callback, nameIn, withSerdes } from '../arguments/checked.js';
import { addAggregate, aggregateTable } from '../groups/add-aggregate.js';
import type { TableHandle } from '../handles.js';
import type { Grouped, Stored } from '../options/index.js';
import { materializedStore } from '../stores/materialized.js';
import { KGroupedTable, type KTable } from '../streams-and-tables.js';
import { unwindowed } from '../windowings/unwindowed.js';
import { isReadBefore } from './older-readers.js';

/** The internals of a grouped table. */
interface GroupedTableHandle extends Pick<TableHandle, 'graph' | 'node' | 'sources'> {
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  /** The user's name for the repartition topic. */
  readonly groupName: string | undefined;
}

/**
 * `KTable.groupBy`: old and new values under their groups, so the table above must send old values
 * (KTableRepartitionMap).
 */
export function groupTable<K, V, K2, V2>(
  table: TableHandle,
  selector: (value: V, key: K) => readonly [K2 | null, V2 | null] | null,
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
  return new KGroupedTableImpl<K2, V2>({ graph, node, sources, key, value, groupName });
}

interface TableAggregateParts<K, A> {
  readonly operator: string;
  readonly prefix: string;
  /** The serde of the results where `materialized` names none. */
  readonly value: SerdeRef;
  readonly options: Stored<K, A> | undefined;
  create(store: string, oldValues: boolean): AnyNode;
}

/** A grouped table of a builder's graph (KGroupedTableImpl). */
class KGroupedTableImpl<K, V> extends KGroupedTable<K, V> {
  private shared: InternalTopicNode | undefined;

  constructor(private readonly group: GroupedTableHandle) {
    super();
  }

  override count(options?: Stored<K, number>): KTable<K, number> {
    const add = (count: number) => count + 1;
    const subtract = (count: number) => count - 1;
    return this.table<number>({
      operator: 'count',
      prefix: 'KTABLE-AGGREGATE-',
      value: serdes.long,
      options,
      create: (store, oldValues) => new TableAggregate({ store, initial: () => 0, add, subtract, oldValues }),
    });
  }

  override reduce(adder: Reducer<V>, subtractor: Reducer<V>, options?: Stored<K, V>): KTable<K, V> {
    const add = callback(adder, 'the adder of reduce');
    const subtract = callback(subtractor, 'the subtractor of reduce');
    return this.table<V>({
      operator: 'reduce',
      prefix: 'KTABLE-REDUCE-',
      value: this.group.value,
      options,
      create: (store, oldValues) => new TableReduce({ store, add, subtract, oldValues }),
    });
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
    return this.table<A>({
      operator: 'aggregate',
      prefix: 'KTABLE-AGGREGATE-',
      value: undefined,
      options,
      create: (store, oldValues) => new TableAggregate({ store, initial, add, subtract, oldValues }),
    });
  }

  /** Adds the table. Its store is named like that of `aggregate`, for all three operators, as in Kafka Streams. */
  private table<A>({ operator, prefix, value, options, create }: TableAggregateParts<K, A>): KTable<K, A> {
    const { graph, groupName, key } = this.group;
    const chosenName = nameIn(options, operator);
    const store = materializedStore(graph.names, options?.materialized, { operator, prefix: 'KTABLE-AGGREGATE-', key, value });
    const sink = graph.names.suffixedOrGenerated(chosenName, '-sink', 'KSTREAM-SINK-');
    const source = graph.names.suffixedOrGenerated(chosenName, '-source', 'KSTREAM-SOURCE-');
    const name = graph.names.orGenerated(chosenName, prefix);
    const repartition = this.repartition({ topic: `${groupName ?? store.name}-repartition`, sink, source });
    const parent = { node: repartition, sources: new Set([repartition.name]) };
    const result = aggregateTable(store, unwindowed, options?.materialized, 'update');
    return graph.table(addAggregate(graph, parent, name, result, ({ sendsOldValues }) => create(store.name, sendsOldValues)));
  }

  /** A group with a name has one topic for all its aggregates. */
  private repartition(names: Pick<InternalTopicParts, 'topic' | 'sink' | 'source'>): InternalTopicNode {
    const { graph, node, key, value, groupName } = this.group;
    if (this.shared === undefined || groupName === undefined)
      this.shared = new InternalTopicNode({ ...names, key, value: derivedSerde(value, changed), partitioner: undefined });
    return graph.add(node, this.shared);
  }
}
