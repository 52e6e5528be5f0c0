import type { KTable, Stored } from '@ouzel/streams';
import { concat, dsl, named, pair, prefix, subtract, type Parts, type Twin, type Twins } from './parts.js';

type Table = (parts: Parts, store: string) => object;
type Texts = KTable<string, string>;
type Options = Stored<string, string>;
export type Joining = (left: Texts, right: Texts, options?: Options) => Texts;

export const inner: Joining = (left, right, options) => left.join(right, pair, options);
export const left: Joining = (left, right, options) => left.leftJoin(right, pair, options);
export const outer: Joining = (left, right, options) => left.outerJoin(right, pair, options);

const plain: Table = (_, store) => named(store);
const versionedLong: Table = ({ versioned }, store) => versioned(store, 600_000);

/** Joins the tables `L` and `R`, and writes to `out`. */
function joined(join: Joining, table: Table, options: (parts: Parts) => Options | undefined = () => undefined): Twin {
  return dsl((parts) => {
    const { builder, text } = parts;
    const left = builder.table('L', { ...text, ...table(parts, 'lt') });
    const right = builder.table('R', { ...text, ...table(parts, 'rt') });
    join(left, right, options(parts)).toStream().to('out', text);
  });
}

/** TableJoins.java: joins of two tables on their keys. */
export const tableJoins: Twins = {
  'tt-inner': joined(inner, plain),
  'tt-left': joined(left, plain),
  'tt-outer': joined(outer, plain),

  'tt-outer-materialized-versioned': joined(
    outer,
    ({ versioned }, store) => versioned(store, 100),
    ({ store }) => store('res'),
  ),

  'tt-materialized': joined(
    inner,
    ({ store }, name) => store(name),
    ({ store }) => ({ name: 'pairs', ...store('res') }),
  ),

  'tt-old-values': dsl(({ builder, text, store }) => {
    builder
      .table('L', { ...text, ...store('lt') })
      .outerJoin(builder.table('R', { ...text, ...store('rt') }), pair)
      .groupBy((value) => [prefix(value, 1), value], text)
      .aggregate(() => '0', concat, subtract, store('agg'))
      .toStream()
      .to('out', text);
  }),

  'tt-null-result': dsl(({ builder, text, store, serdes }) => {
    const result = { key: serdes.string, value: serdes.nullable(serdes.string) };
    builder
      .table('L', { ...text, ...store('lt') })
      .join(builder.table('R', { ...text, ...store('rt') }), (left, right): string | null => (left === right ? null : left + right), {
        materialized: { store: 'res', ...result },
      })
      .toStream()
      .to('out', result);
  }),

  'tt-views': dsl(({ builder, text, store }) => {
    builder
      .table('L', { ...text, ...store('lt') })
      .filter((value) => !value.startsWith('x'))
      .leftJoin(
        builder.table('R', { ...text, ...store('rt') }).mapValues((value) => value + '!'),
        pair,
      )
      .toStream()
      .to('out', text);
  }),

  'tt-three-tables': dsl(({ builder, text, store }) => {
    builder
      .table('A', { ...text, ...store('at') })
      .join(builder.table('B', { ...text, ...store('bt') }), pair)
      .leftJoin(builder.table('C', { ...text, ...store('ct') }), pair)
      .toStream()
      .to('out', text);
  }),

  'tt-self': dsl(({ builder, text, store }) => {
    const table = builder.table('L', { ...text, ...store('lt') });
    table.join(table, pair).toStream().to('out', text);
  }),

  'tt-aggregates': dsl(({ builder, text, storeLong, windowedText, ouzel: { tumbling } }) => {
    const left = builder.stream('L', text).groupByKey();
    const right = builder.stream('R', text).groupByKey();
    left
      .count(storeLong('lc'))
      .outerJoin(right.count(storeLong('rc')), (a, b) => `${a}/${b}`)
      .toStream()
      .to('out', text);
    left
      .windowedBy(tumbling(10))
      .count(storeLong('lw'))
      .join(right.windowedBy(tumbling(10)).count(storeLong('rw')), (a, b) => `${a}/${b}`)
      .toStream()
      .to('out-windowed', windowedText(10));
  }),

  'seq23-tt-versioned-inner': joined(inner, versionedLong),
  'seq23-tt-versioned-left': joined(left, versionedLong),
  'seq23-tt-versioned-outer': joined(outer, versionedLong),
};
