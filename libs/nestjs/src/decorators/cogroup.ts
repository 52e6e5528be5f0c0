import type { KTable, Windowed } from '@ouzel/streams';
import { onMethod, onProperty, type Declared, type Synchronous } from './operator.js';
import type { CogroupOptions, FoldOptions, Windows } from './options.js';
import type { GroupKey, RowKey } from './row-key.js';
import type { FaceOf, KeyOf, Owner, Upstream, ValueOf } from './upstream.js';

type Cogrouped<W, A> = <T extends object, N extends keyof T & string>(
  target: T,
  member: N & Declared<KTable<RowKey<any, W>, A>, T[N]>,
) => void;

type KeyOfRows<Face> = KeyOf<Face> extends Windowed<infer K> ? K : KeyOf<Face>;
type SameKey<GK, RK> = [GK] extends [RK] ? unknown : { readonly 'the table has other keys': [GK, RK] };

type Folded<U, Into extends string, GK> = <
  T extends Owner<U> & { readonly [P in Into]: KTable<any, any> },
  M extends (aggregate: ValueOf<T[Into]>, value: ValueOf<FaceOf<T, U>>, key: GroupKey<FaceOf<T, U>, GK>) => ValueOf<T[Into]> | null,
>(
  target: T,
  member: string,
  descriptor: TypedPropertyDescriptor<M> & Synchronous<M> & SameKey<GroupKey<FaceOf<T, U>, GK>, KeyOfRows<T[Into]>>,
) => void;

/**
 * Several streams folded into one table. On a property it is the table; on a method, how one stream is folded into it: `(aggregate, value, key)`, null deletes
 * the row.
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
 * Equal to `orders.groupByKey().cogroup(ordered).cogroup(complaints.groupBy(…), complained).aggregate(initial, options)`, the streams in the order of
 * declaration.
 */
export function Cogroup<A, W extends Windows | undefined = undefined>(options: CogroupOptions<W, A>): Cogrouped<W, A>;
export function Cogroup<U extends Upstream, Into extends string, GK = unknown>(
  upstream: U,
  options: FoldOptions<Into, GK>,
): Folded<U, Into, GK>;
export function Cogroup(
  upstreamOrOptions: Upstream | CogroupOptions<any, any>,
  fold?: FoldOptions<string, unknown>,
): (target: object, name: string) => void {
  return fold === undefined
    ? onProperty('cogroup', [], upstreamOrOptions as CogroupOptions<any, any>)
    : onMethod('cogroup', [upstreamOrOptions as Upstream], fold);
}
