import { Aggregate } from '../../operators/aggregate.js';
import type { Aggregator, Initializer, Reducer } from '../../operators/callbacks.js';
import { Reduce } from '../../operators/reduce.js';
import { storeView } from '../../operators/table-view.js';
import { serdes } from '../../serdes/serdes.js';
import type { KTable } from '../ktable.js';
import type { Stored } from '../options/index.js';
import { addAggregate, type AggregateParts } from './aggregate-node.js';
import { callback, nameIn } from '../arguments/checked.js';
import type { GroupedHandle } from './grouped-handle.js';
import { materializedStore, storeNameIn, type StoreDefaults } from '../stores/materialized.js';
import { TableFace } from '../tables/table-face.js';

type Create = (store: string, oldValues: boolean) => ReturnType<AggregateParts['create']>;

const aggregatePrefix = 'KSTREAM-AGGREGATE-';

export function countStream(group: GroupedHandle, options: Stored<any, number> | undefined): KTable<any, number> {
  burnForCount(group, options);
  const increment = (count: number) => count + 1;
  const create: Create = (store, oldValues) => new Aggregate({ store, initial: () => 0, add: increment, oldValues });
  return table(group, options, { operator: 'count', prefix: aggregatePrefix, key: group.key, value: serdes.long }, create);
}

export function reduceStream<V>(group: GroupedHandle, reducer: Reducer<V>, options: Stored<any, V> | undefined): KTable<any, V> {
  const reduce = callback(reducer, 'the reducer of reduce');
  return table(
    group,
    options,
    { operator: 'reduce', prefix: 'KSTREAM-REDUCE-', key: group.key, value: group.value },
    (store, oldValues) => new Reduce({ store, reduce, oldValues }),
  );
}

export function aggregateStream<A>(
  group: GroupedHandle,
  initial: Initializer<A>,
  aggregator: Aggregator<any, any, A>,
  options: Stored<any, A> | undefined,
): KTable<any, A> {
  callback(initial, 'the first argument of aggregate');
  callback(aggregator, 'the aggregator of aggregate');
  const create: Create = (store, oldValues) => new Aggregate({ store, initial, add: aggregator, oldValues });
  return table(group, options, { operator: 'aggregate', prefix: aggregatePrefix, key: group.key, value: undefined }, create);
}

/** A `materialized` without a name takes one number more where records are counted, as it always did in Kafka Streams. */
export function burnForCount({ graph }: GroupedHandle, options: Stored<any, any> | undefined): void {
  if (options?.materialized !== undefined && storeNameIn(options.materialized) === undefined) graph.names.burn();
}

function table(group: GroupedHandle, options: Stored<any, any> | undefined, defaults: StoreDefaults, create: Create): KTable<any, any> {
  const store = materializedStore(group.graph.names, options?.materialized, defaults);
  const name = group.graph.names.orGenerated(nameIn(options, defaults.operator), defaults.prefix);
  const handle = addAggregate(group, group.parentFor(store.name), {
    name,
    store: store.declare(),
    queryableStoreName: store.isNamed ? store.name : null,
    key: store.key,
    value: store.value,
    historyMs: store.historyMs,
    view: () => storeView(store.name),
    create: ({ sendsOldValues }) => create(store.name, sendsOldValues),
  });
  return new TableFace(handle);
}
