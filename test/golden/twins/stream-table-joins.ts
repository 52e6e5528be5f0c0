import type { Joined, KStream, KTable } from '@ouzel/streams';
import { dsl, named, pair, prefix, type Parts, type Twin, type Twins } from './parts.js';

type Table = (parts: Parts) => object;
type Texts = KStream<string, string>;
type Joining = (stream: Texts, table: KTable<string, string>, options?: Joined<string, string, string>) => Texts;

const inner: Joining = (stream, table, options) => stream.join(table, pair, options);
const left: Joining = (stream, table, options) => stream.leftJoin(table, pair, options);

/** Joins a stream with the table `R`, without options. */
function looked(join: Joining, table: Table): Twin {
  return dsl((parts) => {
    const { builder, text } = parts;
    join(builder.stream('L', text), builder.table('R', { ...text, ...table(parts) })).to('out', text);
  });
}

/** Joins a stream, whose key is replaced by the first letter of the value or by null, with a table. */
function rekeyed(join: Joining, options: { name?: string } = {}): Twin {
  return dsl(({ builder, text, textJoin, store }) => {
    const byLetter = builder.stream('s', text).selectKey((value) => (value.startsWith('-') ? null : prefix(value, 1)));
    join(byLetter, builder.table('t', { ...text, ...store('tbl') }), { ...textJoin, ...options }).to('out', text);
  });
}

/** StreamTableJoins.java: joins of a stream with a table. */
export const streamTableJoins: Twins = {
  'st-left': dsl(({ builder, text }) => {
    builder
      .stream('s', text)
      .leftJoin(builder.table('t', { ...text, ...named('tbl') }), pair)
      .to('out', text);
  }),

  'st-inner': dsl(({ builder, text, textJoin }) => {
    builder
      .stream('s', text)
      .join(builder.table('t', { ...text, ...named('tbl') }), (left, right, key) => `${key}:${left},${right}`, {
        ...textJoin,
        name: 'lookup',
      })
      .to('out', text);
  }),

  'st-null-result': dsl(({ builder, text, serdes }) => {
    builder
      .stream('s', text)
      .leftJoin(builder.table('t', { ...text, ...named('tbl') }), (left, right) => (right === null ? null : left + right))
      .to('out', { key: serdes.string, value: serdes.nullable(serdes.string) });
  }),

  'st-rekeyed': rekeyed(left, { name: 'rekeyed' }),
  'st-rekeyed-inner': rekeyed(inner),

  'st-view-of-table': dsl(({ builder, text, textJoin, store }) => {
    const view = builder
      .table('t', { ...text, ...store('tbl') })
      .filter((value) => !value.startsWith('x'))
      .mapValues((value) => value.toUpperCase());
    builder.stream('s', text).leftJoin(view, pair, textJoin).to('out', text);
  }),

  'st-aggregate': dsl(({ builder, text, storeLong, serdes: { string, long } }) => {
    const stream = builder.stream('s', text);
    const counts = stream.groupByKey().count(storeLong('counts'));
    stream.leftJoin(counts, (value, count) => value + ':' + count, { key: string, left: string, right: long }).to('out', text);
  }),

  'st-versioned': dsl(({ builder, text, textJoin, versioned }) => {
    builder
      .stream('s', text)
      .leftJoin(builder.table('t', { ...text, ...versioned('tbl', 100) }), pair, textJoin)
      .to('out', text);
  }),

  'st-inner-versioned-grace': dsl(({ builder, text, textJoin, ouzel: { Stores } }) => {
    const store = Stores.persistentVersionedKeyValueStore('tbl', { history: 100 });
    builder
      .stream('s', text)
      .join(builder.table('t', { ...text, materialized: { store } }), pair, { ...textJoin, grace: 10 })
      .to('out', text);
  }),

  'st-left-versioned-grace': dsl(({ builder, text, textJoin, versioned }) => {
    builder
      .stream('s', text)
      .leftJoin(builder.table('t', { ...text, ...versioned('tbl', 100) }), pair, { ...textJoin, name: 'graced', grace: 10 })
      .to('out', text);
  }),

  'seq23-st-inner': looked(inner, () => named('rt')),
  'seq23-st-left': looked(left, () => named('rt')),
  'seq23-st-versioned-inner': looked(inner, ({ versioned }) => versioned('rt', 600_000)),
  'seq23-st-versioned-left': looked(left, ({ versioned }) => versioned('rt', 600_000)),
};
