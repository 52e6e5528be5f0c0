import { Aggregate } from '../../operators/aggregate.js';
import type { Aggregator, Initializer, Merger } from '../../operators/callbacks.js';
import { sessionStoreView, storeView, windowStoreView } from '../../operators/table-view.js';
import type { Windowed } from '../../state/store.js';
import type { SerdeRef, StoreDeclaration } from '../../topology/declarations.js';
import { SessionWindow, type SlidingWindow, type TimeWindow } from '../../windows/index.js';
import { CogroupedKStream } from '../cogrouped-kstream.js';
import type { KGroupedStream } from '../kgrouped-stream.js';
import type { KTable } from '../ktable.js';
import type { Stored } from '../options/index.js';
import { addCogroup, type CogroupMember } from './add-cogroup.js';
import { callback, nameIn } from '../arguments/checked.js';
import type { GroupedHandle } from './grouped-handle.js';
import { GroupedStreamFace } from './grouped-stream-face.js';
import { handleFrom } from '../arguments/handle-from.js';
import { materializedStore, type KeptRows, type MaterializedStore } from '../stores/materialized.js';
import { SessionWindowAggregate } from '../../operators/session-window-aggregate.js';
import { TableFace } from '../tables/table-face.js';
import type { TableHandle } from '../tables/table-handle.js';
import { aggregateIn } from './time-windowed-face.js';
import { keptSessions, keptWindows, windowFacts } from './window-stores.js';
import { windowedKey } from './windowed-key.js';

/** What differs between the windows that a cogroup may have. */
interface CogroupParts {
  kept(store: MaterializedStore): KeptRows | undefined;
  key(inner: SerdeRef): SerdeRef;
  view(store: string): ReturnType<TableHandle['view']>;
  readonly graceMs: number | undefined;
  readonly create: (
    store: string,
    oldValues: boolean,
    add: Aggregator<any, any, any>,
    emitIntervalMs: number,
  ) => ReturnType<CogroupMember['create']>;
}

/** The face of every cogroup. As in Kafka Streams each `cogroup` adds to the same one; the same group given twice keeps its place and the last aggregator. */
export class CogroupedFace<K, A> extends CogroupedKStream<K, A> {
  private readonly aggregators = new Map<GroupedHandle, Aggregator<K, any, A>>();
  private readonly parents: Parameters<typeof addCogroup>[1] = new Map();

  private constructor(private readonly first: GroupedHandle) {
    super();
  }

  static of<K, A>(group: GroupedHandle, aggregator: Aggregator<K, any, A>): CogroupedFace<K, A> {
    return new CogroupedFace<K, A>(group).with(group, aggregator);
  }

  override cogroup<V>(group: KGroupedStream<K, V>, aggregator: Aggregator<K, V, A>): CogroupedKStream<K, A> {
    return this.with(
      handleFrom(group instanceof GroupedStreamFace ? group.handle : undefined, 'a grouped stream', this.first, 'cogroup'),
      aggregator,
    );
  }

  override windowedBy(window: TimeWindow | SlidingWindow): {
    aggregate(initial: Initializer<A>, options?: Stored<K, A>): KTable<Windowed<K>, A>;
  };
  override windowedBy(window: SessionWindow): {
    aggregate(initial: Initializer<A>, merger: Merger<K, A>, options?: Stored<K, A>): KTable<Windowed<K>, A>;
  };
  override windowedBy(window: TimeWindow | SlidingWindow | SessionWindow): object {
    if (window instanceof SessionWindow) {
      return {
        aggregate: (initial: Initializer<A>, merger: Merger<K, A>, options?: Stored<K, A>) =>
          this.inSessions(window, initial, merger, options),
      };
    }
    return { aggregate: (initial: Initializer<A>, options?: Stored<K, A>) => this.inWindows(window, initial, options) };
  }

  override aggregate(initial: Initializer<A>, options?: Stored<K, A>): KTable<K, A> {
    callback(initial, 'the first argument of aggregate');
    return this.table(options, {
      kept: () => undefined,
      key: (inner) => inner,
      view: storeView,
      graceMs: undefined,
      create: (store, oldValues, add) => new Aggregate({ store, initial, add, oldValues }),
    });
  }

  private with(group: GroupedHandle, aggregator: Aggregator<K, any, A>): this {
    this.aggregators.set(group, callback(aggregator, 'the aggregator of cogroup'));
    return this;
  }

  private inWindows(
    window: TimeWindow | SlidingWindow,
    initial: Initializer<A>,
    options: Stored<K, A> | undefined,
  ): KTable<Windowed<K>, A> {
    callback(initial, 'the first argument of aggregate');
    return this.table(options, {
      kept: ({ name }) => keptWindows(window, options?.materialized?.retention, name, 'update'),
      key: (inner) => windowedKey(window, inner),
      view: windowStoreView,
      graceMs: windowFacts(window).graceMs,
      create: (store, oldValues, add, emitIntervalMs) =>
        aggregateIn(initial, add)(window, { store, emit: 'update', emitIntervalMs, oldValues }),
    });
  }

  private inSessions(
    window: SessionWindow,
    initial: Initializer<A>,
    merge: Merger<K, A>,
    options: Stored<K, A> | undefined,
  ): KTable<Windowed<K>, A> {
    callback(initial, 'the first argument of aggregate');
    callback(merge, 'the merger of aggregate');
    return this.table(options, {
      kept: ({ name }) => keptSessions(window, options?.materialized?.retention, name, 'update'),
      key: (inner) => windowedKey(window, inner),
      view: sessionStoreView,
      graceMs: window.gapMs + window.graceMs,
      create: (store, oldValues, add, emitIntervalMs) =>
        new SessionWindowAggregate({ store, window, initial, add, merge, emit: 'update', emitIntervalMs, oldValues }),
    });
  }

  private table(options: Stored<K, A> | undefined, parts: CogroupParts): KTable<any, A> {
    const { graph, key } = this.first;
    const store = materializedStore(graph.names, options?.materialized, {
      operator: 'aggregate',
      prefix: 'COGROUPKSTREAM-AGGREGATE-',
      key,
      value: undefined,
    });
    const declaration: StoreDeclaration = store.declare(parts.kept(store));
    const members = [...this.aggregators].map(([group, add]): CogroupMember => ({
      group,
      create: (oldValues, { emitIntervalMs }) => parts.create(store.name, oldValues, add, emitIntervalMs),
    }));
    const handle = addCogroup(members, this.parents, {
      name: nameIn(options, 'aggregate'),
      store: declaration,
      queryableStoreName: store.isNamed ? store.name : null,
      key: parts.key(store.key),
      value: store.value,
      historyMs: store.historyMs,
      graceMs: parts.graceMs,
      view: () => parts.view(store.name),
    });
    return new TableFace(handle);
  }
}
