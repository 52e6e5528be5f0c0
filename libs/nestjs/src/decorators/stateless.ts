import { operator, tableOperator, type Shape } from './operator.js';

interface Decides extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => boolean;
}
interface Acts extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => unknown;
}
interface GivesValue extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => this['newValue'];
}
interface GivesValues extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => Iterable<this['newValue']>;
}
interface GivesKey extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => this['newKey'] | null;
}
interface GivesPair extends Shape {
  readonly method: (value: this['value'], key: this['key'], record: this['record']) => readonly [this['newKey'] | null, this['newValue']];
}
interface GivesPairs extends Shape {
  readonly method: (
    value: this['value'],
    key: this['key'],
    record: this['record'],
  ) => Iterable<readonly [this['newKey'] | null, this['newValue']]>;
}

/** The method decides which records of the upstream go on. Equal to `upstream.filter(method)`, on streams and on tables. */
export const Filter = tableOperator<Decides>('filter');
/** The method decides which records of the upstream stay behind. Equal to `upstream.filterNot(method)`, on streams and on tables. */
export const FilterNot = tableOperator<Decides>('filterNot');
/** The method makes a new key and value: `[key, value]`. Equal to `upstream.map(method)`. Those after it that need the key repartition first. */
export const Map = operator<GivesPair>('map');
/** The method makes a new value. Equal to `upstream.mapValues(method)`, on streams and on tables. */
export const MapValues = tableOperator<GivesValue>('mapValues');
/** The method makes any number of `[key, value]`. Equal to `upstream.flatMap(method)`. Those after it that need the key repartition first. */
export const FlatMap = operator<GivesPairs>('flatMap');
/** The method makes any number of values. Equal to `upstream.flatMapValues(method)`. */
export const FlatMapValues = operator<GivesValues>('flatMapValues');
/** The method makes a new key. Equal to `upstream.selectKey(method)`. Those after it that need the key repartition first. */
export const SelectKey = operator<GivesKey>('selectKey');
/** The method sees the records that pass. Equal to `upstream.peek(method)`. */
export const Peek = operator<Acts>('peek');
/** The method is where the records end. Equal to `upstream.forEach(method)`: nothing comes after it. */
export const ForEach = operator<Acts>('forEach');
/**
 * The method decides which records of the upstream this branch takes. All branches of one upstream form one split: a record goes to the first, in the order of
 * declaration, that wants it. Equal to `upstream.split().branch(method)…`.
 */
export const Branch = operator<Decides>('branch');
