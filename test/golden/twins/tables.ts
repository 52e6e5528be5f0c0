import type { KeyValueStore, ProcessingContext, ValueTransformer } from '@ouzel/streams';
import { concat, dsl, named, prefix, subtract, type Twins } from './parts.js';

/** Appends to each value how often its key was seen. Returns null for a delete. */
class Counting implements ValueTransformer<string, string, string | null> {
  private calls!: KeyValueStore<string, number>;

  init(context: ProcessingContext): void {
    this.calls = context.getStateStore('calls');
  }

  transform(value: string, key: string): string | null {
    if (value === null) return null;
    this.calls.put(key, (this.calls.get(key) ?? 0) + 1);
    return value + '#' + this.calls.get(key);
  }
}

/** Tables.java: sources, views, regrouping, versions. */
export const tables: Twins = {
  // ---- sources

  table: dsl(({ builder, text, store }) => {
    builder
      .table('in', { ...text, ...store('t') })
      .toStream()
      .to('out', text);
  }),

  'table-unmaterialized': dsl(({ builder, text }) => {
    builder.table('in', text).toStream().to('out', text);
  }),

  'table-out-of-order': dsl(({ builder, text }) => {
    builder
      .table('in', { ...text, ...named('t') })
      .toStream()
      .to('out', text);
    builder.stream('in2', text).toTable(named('t2')).toStream().to('out2', text);
  }),

  'table-reuse-source': dsl(({ builder, text }) => {
    builder
      .table('in', { ...text, ...named('t') })
      .toStream()
      .to('out', text);
  }),

  'table-in-memory': dsl(({ builder, text, ouzel: { Stores } }) => {
    builder
      .table('in', { ...text, materialized: { store: Stores.inMemoryKeyValueStore('t'), ...text, logging: false } })
      .toStream()
      .to('out', text);
  }),

  'to-table': dsl(({ builder, text, store }) => {
    builder.stream('in', text).toTable(store('t')).toStream().to('out', text);
  }),

  'to-table-rekeyed': dsl(({ builder, text, store }) => {
    builder
      .stream('in', text)
      .selectKey((value) => value)
      .toTable({ name: 'by-value', ...store('t') })
      .toStream()
      .to('out', text);
  }),

  'to-table-flagged': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .map((value, key) => [key, value])
      .toTable({ materialized: text })
      .toStream()
      .to('out', text);
  }),

  // ---- views

  'ktable-filter-plain': dsl(({ builder, text }) => {
    builder
      .table('in', text)
      .filter((value) => value.startsWith('a'))
      .toStream()
      .to('out', text);
  }),

  'ktable-filter-map-values': dsl(({ builder, text }) => {
    const table = builder.table('in', { ...text, ...named('t') });
    table
      .filter((value) => value.startsWith('a'))
      .toStream()
      .to('out', text);
    table
      .filter((value) => value.startsWith('a'), named('f'))
      .mapValues((value) => value.toUpperCase())
      .toStream()
      .to('out2', text);
  }),

  'ktable-filter-not': dsl(({ builder, text, store }) => {
    builder
      .table('in', { ...text, ...store('t') })
      .filterNot((value) => value.startsWith('a'), { name: 'no-a', ...store('f') })
      .toStream({ name: 'changes' })
      .to('out', text);
  }),

  'ktable-map-values': dsl(({ builder, text, textLong, store, storeLong }) => {
    const table = builder.table('in', { ...text, ...store('t') });
    table
      .mapValues((value) => value + '!')
      .toStream()
      .to('out', text);
    table
      .mapValues((value, key) => key + value, { name: 'label' })
      .toStream()
      .to('out2', text);
    table
      .mapValues((value) => value.length, storeLong('lengths'))
      .toStream()
      .to('out3', textLong);
  }),

  'ktable-transform-values': dsl(({ builder, text, store, serdes, ouzel: { Stores } }) => {
    builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('calls'), serdes.string, serdes.long));
    builder
      .table('in', { ...text, ...store('t') })
      .transformValues(() => new Counting(), { ...store('result'), name: 'counting', stores: ['calls'] })
      .toStream()
      .to('out', { key: serdes.string, value: serdes.nullable(serdes.string) });
  }),

  'ktable-to-stream-mapper': dsl(({ builder, text, textLong, store, storeLong }) => {
    builder
      .table('in', { ...text, ...store('t') })
      .toStream((value, key) => (value === null ? key : value), { name: 'by-value' })
      .groupByKey(text)
      .count(storeLong('counts'))
      .toStream()
      .to('out', textLong);
  }),

  // ---- regrouping

  'ktable-group-by-aggregate': dsl(({ builder, text, serdes }) => {
    builder
      .table('in', { ...text, ...named('t') })
      .groupBy((value) => [prefix(value, 1), value], text)
      .aggregate(() => '0', concat, subtract, { materialized: { store: 'agg', value: serdes.string } })
      .toStream()
      .to('out', text);
  }),

  'ktable-group-by-count-reduce': dsl(({ builder, text, textLong }) => {
    const groups = builder.table('in', { ...text, ...named('t') }).groupBy((value) => [prefix(value, 1), value], text);
    groups.count().toStream().to('out', textLong);
    groups.reduce(concat, subtract).toStream().to('out2', text);
  }),

  'ktable-group-by-named': dsl(({ builder, text, textLong, store, storeLong }) => {
    builder
      .table('in', { ...text, ...store('t') })
      .groupBy((value, key) => [value, key], { name: 'by-value', ...text })
      .count({ name: 'counter', ...storeLong('counts') })
      .toStream()
      .to('out', textLong);
  }),

  'ktable-group-by-nulls': dsl(({ builder, text, store }) => {
    builder
      .table('in', { ...text, ...store('t') })
      .groupBy((value) => (value.startsWith('nokey') ? [null, value] : value.startsWith('novalue') ? ['g', null] : ['g', value]), text)
      .aggregate(
        () => '0',
        (all, value) => (value === 'del' ? null : all + '+' + value),
        subtract,
        store('agg'),
      )
      .toStream()
      .to('out', text);
  }),

  'ktable-group-same-key': dsl(({ builder, text, store }) => {
    builder
      .table('in', { ...text, ...store('t') })
      .groupBy((value, key) => [key, value], text)
      .reduce(concat, subtract, { name: 'sum', ...store('r') })
      .toStream()
      .to('out', text);
  }),

  // ---- versions

  'versioned-table': dsl(({ builder, text, versioned }) => {
    builder
      .table('in', { ...text, ...versioned('t', 20) })
      .toStream()
      .to('out', text);
  }),

  'versioned-table-segments': dsl(({ builder, text, versioned }) => {
    builder
      .table('in', { ...text, ...versioned('t', 1000, 100) })
      .toStream()
      .to('out', text);
  }),

  'versioned-group-by': dsl(({ builder, text, store, versioned }) => {
    builder
      .table('in', { ...text, ...versioned('t', 1000) })
      .groupBy((value) => [prefix(value, 1), value], text)
      .aggregate(() => '0', concat, subtract, store('agg'))
      .toStream()
      .to('out', text);
  }),

  'versioned-filter': dsl(({ builder, text, versioned }) => {
    builder
      .table('in', { ...text, ...versioned('t', 1000) })
      .filter((value) => value.startsWith('a'), versioned('f', 1000))
      .toStream()
      .to('out', text);
  }),

  'versioned-aggregate': dsl(({ builder, text, versioned }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .aggregate(() => '0', concat, versioned('agg', 1000))
      .toStream()
      .to('out', text);
  }),
};
