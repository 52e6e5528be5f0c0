import type { Aggregator, Initializer, Reducer } from '../../operators/callbacks.js';
import { SlidingWindowAggregate } from '../../operators/sliding-window-aggregate.js';
import { windowStoreView } from '../../operators/table-view.js';
import { WindowAggregate } from '../../operators/window-aggregate.js';
import { WindowReduce } from '../../operators/window-reduce.js';
import { TopologyError } from '@ouzel/core';
import { serdes } from '../../serdes/serdes.js';
import type { Windowed } from '../../state/store.js';
import { SlidingWindow, TimeWindow, type EmitStrategy } from '../../windows/index.js';
import type { KTable } from '../ktable.js';
import type { Stored } from '../options/index.js';
import { TimeWindowedKStream } from '../windowed-kstreams.js';
import { addAggregate, type AggregateParts } from './aggregate-node.js';
import { callback, nameIn } from '../arguments/checked.js';
import type { GroupedHandle } from './grouped-handle.js';
import { materializedStore, type StoreDefaults } from '../stores/materialized.js';
import { burnForCount } from './stream-aggregates.js';
import { TableFace } from '../tables/table-face.js';
import { keptWindows, windowFacts } from './window-stores.js';
import { windowedKey } from './windowed-key.js';

interface Running {
  readonly store: string;
  readonly emit: EmitStrategy;
  readonly emitIntervalMs: number;
  readonly oldValues: boolean;
}
type Create = (window: TimeWindow | SlidingWindow, running: Running) => ReturnType<AggregateParts['create']>;

/** The face of a stream grouped in time or sliding windows (TimeWindowedKStreamImpl, SlidingWindowedKStreamImpl). */
export class TimeWindowedFace<K, V> extends TimeWindowedKStream<K, V> {
  private emit: EmitStrategy = 'update';

  constructor(
    private readonly group: GroupedHandle,
    private readonly window: TimeWindow | SlidingWindow,
  ) {
    super();
    if (!(window instanceof TimeWindow) && !(window instanceof SlidingWindow)) {
      throw new TopologyError('OUZEL_TOPOLOGY', {
        what: 'windowedBy needs a window',
        help: 'Make one with tumbling, hopping, sliding, unlimited or session.',
      });
    }
  }

  override emitStrategy(strategy: EmitStrategy): this {
    this.emit = emitStrategy(strategy);
    if (strategy === 'close' && this.window instanceof TimeWindow && this.window.sizeMs === Infinity) {
      throw new TopologyError('OUZEL_TOPOLOGY', { what: "an unlimited window never closes, so its result can not be emitted on 'close'" });
    }
    return this;
  }

  override count(options?: Stored<K, number>): KTable<Windowed<K>, number> {
    burnForCount(this.group, options);
    const create = aggregateIn<number>(
      () => 0,
      (count) => count + 1,
    );
    return this.table(options, { operator: 'count', prefix: 'KSTREAM-AGGREGATE-', key: this.group.key, value: serdes.long }, create);
  }

  override reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<Windowed<K>, V> {
    callback(reducer, 'the reducer of reduce');
    return this.table(
      options,
      { operator: 'reduce', prefix: 'KSTREAM-REDUCE-', key: this.group.key, value: this.group.value },
      reduceIn(reducer),
    );
  }

  override aggregate<A>(initial: Initializer<A>, aggregator: Aggregator<K, V, A>, options?: Stored<K, A>): KTable<Windowed<K>, A> {
    callback(initial, 'the first argument of aggregate');
    callback(aggregator, 'the aggregator of aggregate');
    return this.table(
      options,
      { operator: 'aggregate', prefix: 'KSTREAM-AGGREGATE-', key: this.group.key, value: undefined },
      aggregateIn(initial, aggregator),
    );
  }

  private table(options: Stored<K, any> | undefined, defaults: StoreDefaults, create: Create): KTable<Windowed<K>, any> {
    const { group, window, emit } = this;
    const { names } = group.graph;
    const store = materializedStore(names, options?.materialized, defaults);
    const name = names.orGenerated(nameIn(options, defaults.operator), defaults.prefix);
    const declaration = store.declare(keptWindows(window, options?.materialized?.retention, store.name, emit));
    const handle = addAggregate(group, group.parentFor(store.name), {
      name,
      store: declaration,
      queryableStoreName: store.isNamed ? store.name : null,
      key: windowedKey(window, store.key),
      value: store.value,
      graceMs: windowFacts(window).graceMs,
      view: () => windowStoreView(store.name),
      create: ({ sendsOldValues }, { emitIntervalMs }) =>
        create(window, { store: store.name, emit, emitIntervalMs, oldValues: sendsOldValues }),
    });
    return new TableFace(handle);
  }
}

export function emitStrategy(strategy: EmitStrategy): EmitStrategy {
  if (strategy === 'update' || strategy === 'close') return strategy;
  throw new TopologyError('OUZEL_TOPOLOGY', { what: `emitStrategy must be 'update' or 'close', not ${JSON.stringify(strategy)}` });
}

export function aggregateIn<A>(initial: Initializer<A>, add: Aggregator<any, any, A>): Create {
  return (window, running) =>
    window instanceof TimeWindow
      ? new WindowAggregate({ window, initial, add, ...running })
      : new SlidingWindowAggregate({ window, initial, add, ...running });
}

/** In sliding windows an aggregate that is not there yet takes the first value. */
function reduceIn<V>(reduce: Reducer<V>): Create {
  const initial = (): V | null => null;
  const add = (aggregate: V | null, value: V): V | null => (aggregate === null ? value : reduce(aggregate, value));
  return (window, running) =>
    window instanceof TimeWindow
      ? new WindowReduce({ window, reduce, ...running })
      : new SlidingWindowAggregate({ window, initial, add, ...running });
}
