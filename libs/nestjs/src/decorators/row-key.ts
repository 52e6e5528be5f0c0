import type { Windowed } from '@ouzel/streams';
import type { KeyOf } from './upstream.js';

/** What the rows of an aggregate are kept by: the group's key, with the window where there is one. */
export type RowKey<GK, W> = [W] extends [undefined] ? GK : Windowed<GK>;

/** What is grouped by: what `groupBy` answers, else the key of the upstream. Of a regrouped table, the first of the pair. */
export type GroupKey<Face, GK> = unknown extends GK ? KeyOf<Face> : NonNullable<GK extends readonly [infer K, unknown] | null ? K : GK>;
