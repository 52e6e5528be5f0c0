import type { Headers } from '@ouzel/streams';
import { onMethod, operator, tableOperator, type OperatorDecorator, type Shape } from './operator.js';
import type { Upstream } from './upstream.js';

export interface Decides extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => boolean;
}
export interface Acts extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => unknown;
}
export interface MakesValue extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => this['newValue'];
}
export interface MakesValues extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => Iterable<this['newValue']>;
}
export interface MakesHeaders extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => Headers;
}
export interface MakesKey extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => this['newKey'] | null;
}
export interface MakesPair extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => readonly [this['newKey'] | null, this['newValue']];
}
export interface MakesPairs extends Shape {
  readonly method: (
    value: this['value'],
    key: this['key'],
    record: this['record'],
  ) => Iterable<readonly [this['newKey'] | null, this['newValue']]>;
}

/**
 * The method returns true for the records of the upstream that go on. Equal to `upstream.filter(method)`, on streams
 * and on tables.
 */
export const Filter = tableOperator<Decides>('filter');
/**
 * The method returns true for the records of the upstream that go no further. Equal to `upstream.filterNot(method)`, on
 * streams and on tables.
 */
export const FilterNot = tableOperator<Decides>('filterNot');
/**
 * The method returns a new key and value: `[key, value]`. Equal to `upstream.map(method)`. Members behind it that need
 * the key repartition first.
 */
export const Map = operator<MakesPair>('map');
/** The method returns a new value. Equal to `upstream.mapValues(method)`, on streams and on tables. */
export const MapValues = tableOperator<MakesValue>('mapValues');
/**
 * The method returns any number of `[key, value]`. Equal to `upstream.flatMap(method)`. Members behind it that need the
 * key repartition first.
 */
export const FlatMap = operator<MakesPairs>('flatMap');
/** The method returns any number of values. Equal to `upstream.flatMapValues(method)`. */
export const FlatMapValues = operator<MakesValues>('flatMapValues');
/**
 * The method returns a new key. Equal to `upstream.selectKey(method)`. Members behind it that need the key repartition
 * first.
 */
export const SelectKey = operator<MakesKey>('selectKey');
/** The method returns the headers that the record goes on with. Equal to `upstream.mapHeaders(method)`. */
export const MapHeaders = operator<MakesHeaders>('mapHeaders');
/** The method is called with each record, which goes on as it is. Equal to `upstream.peek(method)`. */
export const Peek = operator<Acts>('peek');
/**
 * The method is called with each record, which ends there. Equal to `upstream.forEach(method)`. There are no options.
 */
export function ForEach<U extends Upstream>(upstream: U, options?: Readonly<Record<string, never>>): OperatorDecorator<Acts, U> {
  return onMethod('forEach', [upstream], options);
}
/**
 * The method returns true for the records of the upstream that belong to this branch. All branches of one upstream form
 * one split: a record goes to the first branch, in the order of declaration, whose method returns true. Equal to
 * `upstream.split().branch(method)…`.
 */
export const Branch = operator<Decides>('branch');
