import type { ValueTransformer } from '../processor/processor.js';
import type { ValueAndTimestamp } from '../state/store.js';
import type { Joiner } from './callbacks.js';
import { LookupContext } from './lookup-context.js';
import { stamped, type TableView, type TableViewSpec } from './table-view.js';

type Found<V> = ValueAndTimestamp<V> | null;

/** A table computed from another one, at the same time. */
function computed<K, V, V2>(above: TableView<K, V>, compute: (found: Found<V>, key: K) => Found<V2>): TableView<K, V2> {
  const get = (key: K) => compute(above.get(key), key);
  if (above.getAsOf === undefined) return { get };
  return { get, getAsOf: (key, timestamp) => compute(above.getAsOf!(key, timestamp), key) };
}

/** A filtered table without a store (KTableFilterValueGetter). */
export function filterView<K, V>(parent: TableViewSpec<K, V>, accepts: (value: V, key: K) => boolean): TableViewSpec<K, V> {
  return {
    stores: parent.stores,
    open: async (context) =>
      computed(await parent.open(context), (found, key) => (found !== null && accepts(found.value, key) ? found : null)),
  };
}

/** A mapped table without a store (KTableMapValuesValueGetter). */
export function mapValuesView<K, V, V2>(parent: TableViewSpec<K, V>, mapper: (value: V, key: K) => V2): TableViewSpec<K, V2> {
  return {
    stores: parent.stores,
    open: async (context) =>
      computed(await parent.open(context), (found, key) => (found === null ? null : stamped(mapper(found.value, key), found.timestamp))),
  };
}

/**
 * The view of a transformed table that has no store (KTableTransformValuesGetter). Each node that opens the view gets a
 * transformer of its own, which computes the value at every read. It is called with null for absent rows.
 */
export function transformValuesView<K, V, V2>(
  parent: TableViewSpec<K, V>,
  create: () => ValueTransformer<K, V, V2> | Promise<ValueTransformer<K, V, V2>>,
  stores: readonly string[],
): TableViewSpec<K, V2> {
  return {
    stores: [...new Set([...parent.stores, ...stores])],
    async open(context) {
      const above = await parent.open(context);
      const transformer = await create();
      const lookup = new LookupContext(context, stores);
      await transformer.init?.(lookup);
      return computed(above, (found, key) => {
        const timestamp = found?.timestamp ?? -1;
        return stamped(
          lookup.at(timestamp, () => transformer.transform(found?.value ?? (null as V), key)),
          timestamp,
        );
      });
    },
  };
}

/** Two tables joined without a store (KTableKTableInnerJoinValueGetter and its like). */
export function joinView<K, L, R, Out>(
  kind: 'inner' | 'left' | 'outer',
  left: TableViewSpec<K, L>,
  right: TableViewSpec<K, R>,
  joiner: Joiner<K, L | null, R | null, Out>,
): TableViewSpec<K, Out> {
  return {
    stores: [...new Set([...left.stores, ...right.stores])],
    async open(context) {
      const [lefts, rights] = [await left.open(context), await right.open(context)];
      return {
        get(key) {
          const l = lefts.get(key);
          if (l === null && kind !== 'outer') return null;
          const r = rights.get(key);
          if (r === null && (kind === 'inner' || l === null)) return null;
          return stamped(joiner(l?.value ?? null, r?.value ?? null, key), Math.max(l?.timestamp ?? -1, r?.timestamp ?? -1));
        },
      };
    },
  };
}
