import type { ForeignKeyJoined, KTable } from '@ouzel/streams';
import { concat, dsl, named, pair, parseLong, prefix, subtract, type Parts, type Twin, type Twins } from './parts.js';
import { foreignKey } from './foreign-key.js';

type Texts = KTable<string, string>;
type Options = ForeignKeyJoined<string, string, string, string>;
export type Joining = (left: Texts, right: Texts, options: Options) => Texts;
type Table = (parts: Parts, store: string) => object;

export const inner: Joining = (left, right, options) => left.join(right, pair, options);
export const left: Joining = (left, right, options) => left.leftJoin(right, pair, options);

/** Joins the left table with the right one by the text before the bar. */
export function joined(join: Joining, table: Table, options: (parts: Parts) => Partial<Options> = () => ({})): Twin {
  return dsl((parts) => {
    const { builder, text } = parts;
    const left = builder.table('L', { ...text, ...table(parts, 'lt') });
    const right = builder.table('R', { ...text, ...table(parts, 'rt') });
    join(left, right, { foreignKey, ...options(parts) })
      .toStream()
      .to('out', text);
  });
}

/** Names a store that has the default serdes. */
export const plain: Table = (_, store) => named(store);
const typed: Table = ({ store }, name) => store(name);
const firstLetters = (value: string, key: string): string => prefix(key, 1) + prefix(value, 1);

/** ForeignKeyJoins.java: joins of two tables where the left one's value names the right one's key. */
export const foreignKeyJoins: Twins = {
  'fk-inner': joined(inner, plain),
  'fk-left': joined(left, plain, ({ store }) => ({ name: 'foo', ...store('res') })),

  'fk-bi-function': joined(inner, typed, () => ({ foreignKey: firstLetters, name: 'bi' })),

  'fk-left-bi-function': joined(left, typed, ({ store }) => ({ foreignKey: firstLetters, ...store('res') })),

  'fk-typed': dsl(({ builder, serdes: { long, int, string } }) => {
    builder
      .table('L', { key: long, value: string })
      .join(builder.table('R', { key: int, value: string }), pair, { foreignKey: (value) => parseLong(value) })
      .toStream()
      .to('out', { key: long, value: string });
  }),

  'fk-partitioners': joined(inner, typed, () => ({ name: 'p', partitioner: () => [0], otherPartitioner: () => [0] })),

  'fk-versioned': joined(left, ({ versioned }, name) => versioned(name, 1000)),

  'fk-old-values': dsl(({ builder, text, store }) => {
    builder
      .table('L', { ...text, ...store('lt') })
      .join(builder.table('R', { ...text, ...store('rt') }), pair, { foreignKey, name: 'fk', ...store('res') })
      .groupBy((value, key) => [value.slice(value.indexOf(',') + 1), key], text)
      .aggregate(() => '0', concat, subtract, store('agg'))
      .toStream()
      .to('out', text);
  }),

  'fk-chain': dsl(({ builder, text, store }) => {
    const employees = builder.table('E', { ...text, ...store('e') });
    const departments = builder.table('D', { ...text, ...store('d') });
    employees
      .join(departments, (_, department) => department, { foreignKey, name: 'department' })
      .leftJoin(employees, (department, head) => `${department}<${head}>`, { foreignKey, name: 'head' })
      .toStream()
      .to('out', text);
  }),
};
