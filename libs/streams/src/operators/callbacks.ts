import type { StreamRecord } from '../record/record.js';

export type ValueMapper<K, V, R> = (value: V, key: K, record: StreamRecord<K, V>) => R;
export type Predicate<K, V> = ValueMapper<K, V, boolean>;
export type Initializer<A> = () => A;
/** Null deletes the row. */
export type Aggregator<K, V, A> = (aggregate: A, value: V, key: K) => A | null;
export type Reducer<V> = (aggregate: V, value: V) => V | null;
export type Merger<K, A> = (left: A, right: A, key: K) => A;
export type Joiner<K, L, R, Out> = (left: L, right: R, key: K) => Out;

/** A joiner whose types the DSL has checked. Nodes call it with what the plan gives them. */
export type AnyJoiner = Joiner<unknown, unknown, unknown, unknown>;

/** Returns the name of a callback for people. Methods that are bound to their object keep their names behind `bound`. */
export function nameOfCallback(callback: { readonly name: string }): string {
  const name = callback.name.replace(/^(bound )+/, '');
  return name === '' ? 'the callback' : name;
}
