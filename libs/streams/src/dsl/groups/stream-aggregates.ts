import type { Aggregator, Initializer, Merger, Reducer } from '../../operators/callbacks.js';
import { serdes } from '../../serdes/serdes.js';
import type { SerdeRef } from '../../topology/declarations.js';
import type { EmitStrategy } from '../../windows/index.js';
import { callback, nameIn } from '../arguments/checked.js';
import type { Stored } from '../options/index.js';
import { materializedStore, storeNameIn } from '../stores/materialized.js';
import type { KTable } from '../streams-and-tables.js';
import type { Fold, Windowing } from '../windowings/windowing.js';
import { addAggregate, aggregateTable } from './add-aggregate.js';
import type { GroupedHandle } from './grouped-handle.js';

const aggregatePrefix = 'KSTREAM-AGGREGATE-';

/**
 * The aggregates of one grouped stream, windowed or not (GroupedStreamAggregateBuilder). `KOut` is the key of their
 * tables.
 */
export class StreamAggregates<K, V, KOut> {
  emit: EmitStrategy = 'update';

  constructor(
    private readonly group: GroupedHandle,
    private readonly windowing: Windowing,
  ) {}

  count(options: Stored<K, number> | undefined): KTable<KOut, number> {
    skipNumberOfCount(this.group, options);
    const fold: Fold<K, V, number> = { initial: () => 0, add: (count) => count + 1, merge: (left, right) => left + right };
    return this.table({ operator: 'count', prefix: aggregatePrefix, value: serdes.long, fold, options });
  }

  reduce(reducer: Reducer<V>, options: Stored<K, V> | undefined): KTable<KOut, V> {
    const fold = { reduce: callback(reducer, 'the reducer of reduce') };
    return this.table({ operator: 'reduce', prefix: 'KSTREAM-REDUCE-', value: this.group.value, fold, options });
  }

  aggregate<A>(initial: Initializer<A>, aggregator: Aggregator<K, V, A>, options: Stored<K, A> | undefined): KTable<KOut, A> {
    const fold = aggregateFold(initial, aggregator);
    return this.table({ operator: 'aggregate', prefix: aggregatePrefix, value: undefined, fold, options });
  }

  aggregateSessions<A>(
    initial: Initializer<A>,
    aggregator: Aggregator<K, V, A>,
    merger: Merger<K, A>,
    options: Stored<K, A> | undefined,
  ): KTable<KOut, A> {
    const fold = { ...aggregateFold(initial, aggregator), merge: callback(merger, 'the merger of aggregate') };
    return this.table({ operator: 'aggregate', prefix: aggregatePrefix, value: undefined, fold, options });
  }

  private table<A>({ operator, prefix, value, fold, options }: StreamAggregate<K, V, A>): KTable<KOut, A> {
    const { group, windowing, emit } = this;
    const { graph } = group;
    const store = materializedStore(graph.names, options?.materialized, { operator, prefix, key: group.key, value });
    const name = graph.names.orGenerated(nameIn(options, operator), prefix);
    const result = aggregateTable(store, windowing, options?.materialized, emit);
    const handle = addAggregate(graph, group.parentFor(store.name), name, result, ({ sendsOldValues }, { emitIntervalMs }) =>
      windowing.createNode(fold, { store: store.name, emit, emitIntervalMs, oldValues: sendsOldValues }),
    );
    return graph.table(handle);
  }
}

interface StreamAggregate<K, V, A> {
  readonly operator: string;
  readonly prefix: string;
  /** The serde of the results where `materialized` names none. */
  readonly value: SerdeRef;
  readonly fold: Fold<K, V, A>;
  readonly options: Stored<K, A> | undefined;
}

function aggregateFold<K, V, A>(initial: Initializer<A>, aggregator: Aggregator<K, V, A>) {
  return { initial: callback(initial, 'the first argument of aggregate'), add: callback(aggregator, 'the aggregator of aggregate') };
}

/** Skips one generated number for `count` with a `materialized` that has no name, as Kafka Streams does. */
function skipNumberOfCount<K>({ graph }: GroupedHandle, { materialized }: Stored<K, number> = {}): void {
  if (materialized !== undefined && storeNameIn(materialized) === undefined) graph.names.skipNumber();
}
