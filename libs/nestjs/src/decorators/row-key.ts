import type { Windowed } from '@ouzel/streams';
import type { KeyOf } from './upstream.js';

/** The key of an aggregate's rows: that of the group, with the window where there is one. */
export type RowKey<GK, W> = [W] extends [undefined] ? GK : Windowed<GK>;

/**
 * The types that `groupBy` may return. Because the pair is one of them, the compiler takes `[newKey, newValue]` for a
 * pair and not for an array.
 */
export type Grouping = readonly [unknown, unknown] | NonNullable<unknown> | null | undefined;

/**
 * The key of a group: what `groupBy` returns, else the key of the upstream. A table's `groupBy` returns a pair, whose
 * first is the key.
 */
export type GroupKey<From, GK> = unknown extends GK ? KeyOf<From> : NonNullable<GK extends readonly [infer K, unknown] | null ? K : GK>;
