import type { Aggregator, Initializer, Merger, Reducer } from '../../operators/callbacks.js';
import type { TableViewSpec } from '../../operators/table-view.js';
import type { AnyNode } from '../../processor/node.js';
import type { SerdeRef } from '../../topology/declarations.js';
import type { EmitStrategy } from '../../windows/index.js';
import type { Materialized } from '../options/index.js';
import type { StoreNeed } from '../stores/store-need.js';

/** How the values of one row are folded. `merge` folds two sessions that become one. */
export type Fold<K, V, A> =
  { readonly initial: Initializer<A>; readonly add: Aggregator<K, V, A>; readonly merge?: Merger<K, A> } | { readonly reduce: Reducer<V> };

/** The settings of an aggregate's node that are known when a task makes it. */
export interface AggregateRun {
  readonly store: string;
  readonly emit: EmitStrategy;
  readonly emitIntervalMs: number;
  /** A node below needs former values. */
  readonly oldValues: boolean;
}

/**
 * How a grouped stream is divided before it is folded: not at all, or into windows or sessions. Everything in which
 * their tables differ.
 */
export interface Windowing {
  /** How long a row may still change after the end of its window, ms; undefined without windows. */
  readonly graceMs: number | undefined;
  /** Returns what the store keeps. Throws OUZEL_TOPOLOGY when `materialized` keeps less than the windows need. */
  rows(materialized: Materialized | undefined, store: string, emit: EmitStrategy): StoreNeed;
  /** Returns the serde of the table's keys, made from that of the stream's keys. */
  key(inner: SerdeRef): SerdeRef;
  /** Returns how rows of the table are read. */
  view(store: string): TableViewSpec<unknown, unknown>;
  createNode<K, V, A>(fold: Fold<K, V, A>, run: AggregateRun): AnyNode;
}

/** A reducer as an aggregator whose aggregate is null before the first value. */
export function reduceAsAggregate<V>(reduce: Reducer<V>) {
  const join = (left: V | null, right: V | null): V | null => (left === null ? right : right === null ? left : reduce(left, right));
  return {
    initial: (): V | null => null,
    add: (aggregate: V | null, value: V): V | null => (aggregate === null ? value : reduce(aggregate, value)),
    merge: join,
  };
}
