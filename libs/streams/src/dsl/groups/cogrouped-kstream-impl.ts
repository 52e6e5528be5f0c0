import type { Aggregator, Initializer, Merger } from '../../operators/callbacks.js';
import type { Windowed } from '../../state/store.js';
import { SessionWindow, type SlidingWindow, type TimeWindow } from '../../windows/index.js';
import { callback, nameIn } from '../arguments/checked.js';
import { handleFrom } from '../arguments/handle-from.js';
import type { Stored } from '../options/index.js';
import { materializedStore } from '../stores/materialized.js';
import {
  CogroupedKStream,
  type KGroupedStream,
  type KTable,
  type SessionWindowedCogroupedKStream,
  type TimeWindowedCogroupedKStream,
} from '../streams-and-tables.js';
import { unwindowed } from '../windowings/unwindowed.js';
import { windowingOf } from '../windowings/windowing-of.js';
import type { Windowing } from '../windowings/windowing.js';
import { aggregateTable } from './add-aggregate.js';
import { addCogroup, type CogroupMember, type CogroupParents } from './add-cogroup.js';
import type { GroupedHandle } from './grouped-handle.js';

/** Returns the handle of a grouped stream, undefined for anything else. */
type HandleOf = (group: unknown) => GroupedHandle | undefined;

/**
 * A cogroup (CogroupedKStreamImpl). As in Kafka Streams each `cogroup` adds to the same object. A group that is added
 * twice keeps its place and has the last aggregator.
 */
export class CogroupedKStreamImpl<K, A> extends CogroupedKStream<K, A> {
  private readonly aggregators = new Map<GroupedHandle, Aggregator<K, unknown, A>>();
  private readonly parents: CogroupParents = new Map();

  private constructor(
    private readonly first: GroupedHandle,
    private readonly handleOf: HandleOf,
  ) {
    super();
  }

  static of<K, V, A>(group: GroupedHandle, aggregator: Aggregator<K, V, A>, handleOf: HandleOf): CogroupedKStreamImpl<K, A> {
    return new CogroupedKStreamImpl<K, A>(group, handleOf).with(group, aggregator);
  }

  override cogroup<V>(group: KGroupedStream<K, V>, aggregator: Aggregator<K, V, A>): CogroupedKStream<K, A> {
    return this.with(handleFrom(this.handleOf(group), 'a grouped stream', this.first, 'cogroup'), aggregator);
  }

  override windowedBy(window: TimeWindow | SlidingWindow): TimeWindowedCogroupedKStream<K, A>;
  override windowedBy(window: SessionWindow): SessionWindowedCogroupedKStream<K, A>;
  override windowedBy(
    window: TimeWindow | SlidingWindow | SessionWindow,
  ): TimeWindowedCogroupedKStream<K, A> | SessionWindowedCogroupedKStream<K, A> {
    const windowing = windowingOf(window);
    if (window instanceof SessionWindow) {
      return {
        aggregate: (initial: Initializer<A>, merger: Merger<K, A>, options?: Stored<K, A>) =>
          this.table<Windowed<K>>(windowing, initial, callback(merger, 'the merger of aggregate'), options),
      };
    }
    return {
      aggregate: (initial: Initializer<A>, options?: Stored<K, A>) => this.table<Windowed<K>>(windowing, initial, undefined, options),
    };
  }

  override aggregate(initial: Initializer<A>, options?: Stored<K, A>): KTable<K, A> {
    return this.table<K>(unwindowed, initial, undefined, options);
  }

  private with<V>(group: GroupedHandle, aggregator: Aggregator<K, V, A>): this {
    this.aggregators.set(group, callback(aggregator, 'the aggregator of cogroup') as Aggregator<K, unknown, A>);
    return this;
  }

  private table<KOut>(
    windowing: Windowing,
    initial: Initializer<A>,
    merge: Merger<K, A> | undefined,
    options: Stored<K, A> | undefined,
  ): KTable<KOut, A> {
    callback(initial, 'the first argument of aggregate');
    const { graph, key } = this.first;
    const defaults = { operator: 'aggregate', prefix: 'COGROUPKSTREAM-AGGREGATE-', key, value: undefined };
    const store = materializedStore(graph.names, options?.materialized, defaults);
    const result = aggregateTable(store, windowing, options?.materialized, 'update');
    const members = [...this.aggregators].map(([group, add]): CogroupMember => {
      const fold = { initial, add, ...(merge && { merge }) };
      return {
        group,
        create: (oldValues, { emitIntervalMs }) =>
          windowing.createNode(fold, { store: store.name, emit: 'update', emitIntervalMs, oldValues }),
      };
    });
    return graph.table(addCogroup(members, this.parents, nameIn(options, 'aggregate'), result));
  }
}
