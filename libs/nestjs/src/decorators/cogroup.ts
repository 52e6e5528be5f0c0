import type { KTable, Windowed } from '@ouzel/streams';
import { onMethod, onProperty, type Declared, type MemberDecorator, type Synchronous } from './operator.js';
import type { CogroupOptions, FoldOptions, Windows } from './options.js';
import type { AnyTable, Unchecked } from './untyped.js';
import type { GroupKey, Grouping, RowKey } from './row-key.js';
import type { UpstreamOf, KeyOf, Owner, Upstream, ValueOf } from './upstream.js';

export type Cogrouped<W, A> = <T extends object, N extends keyof T & string>(
  target: T,
  member: N & Declared<KTable<RowKey<Unchecked, W>, A>, T[N]>,
) => void;

export type KeyOfRows<From> = KeyOf<From> extends Windowed<infer K> ? K : KeyOf<From>;
export type KeyOfTable<GK, RK> = [GK] extends [RK] ? unknown : { readonly 'the table has other keys': [GK, RK] };

export type Folded<U, Into extends string, GK> = <
  T extends Owner<U> & { readonly [P in Into]: AnyTable },
  M extends (aggregate: ValueOf<T[Into]>, value: ValueOf<UpstreamOf<T, U>>, key: GroupKey<UpstreamOf<T, U>, GK>) => ValueOf<T[Into]> | null,
>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M> & Synchronous<M> & KeyOfTable<GroupKey<UpstreamOf<T, U>, GK>, KeyOfRows<T[Into]>>,
) => void;

/**
 * Folds several streams into one table. The property is the table. Each method folds one stream into it: `(aggregate,
 * value, key)`. Null deletes the row.
 *
 * ```ts
 * @Cogroup({ initial: () => newcomer, value: serdes.json<Customer>() })
 * readonly customers!: KTable<string, Customer>;
 *
 * @Cogroup('orders', { into: 'customers' })
 * ordered(customer: Customer, order: Order): Customer { … }
 *
 * @Cogroup('complaints', { into: 'customers', groupBy: (complaint) => complaint.customer })
 * complained(customer: Customer, complaint: Complaint): Customer { … }
 * ```
 *
 * Equal to `orders.groupByKey().cogroup(ordered).cogroup(complaints.groupBy(…), complained).aggregate(initial,
 * options)`, with the streams in the order of declaration.
 */
export function Cogroup<A, W extends Windows | undefined = undefined>(options: CogroupOptions<W, A>): Cogrouped<W, A>;
export function Cogroup<U extends Upstream, Into extends string, GK extends Grouping = unknown>(
  upstream: U,
  options: FoldOptions<Into, GK>,
): Folded<U, Into, GK>;
export function Cogroup(
  upstreamOrOptions: Upstream | CogroupOptions<Windows | undefined, Unchecked>,
  fold?: FoldOptions<string, unknown>,
): MemberDecorator {
  return fold === undefined
    ? onProperty('cogroup', [], upstreamOrOptions as CogroupOptions<Windows | undefined, Unchecked>)
    : onMethod('fold', [upstreamOrOptions as Upstream], fold);
}
