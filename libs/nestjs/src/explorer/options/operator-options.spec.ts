import type * as decorators from '../../decorators/options.js';
import { optionsOf } from './operator-options.js';

type KeysOf<T> = T extends unknown ? keyof T : never;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
type Readers = typeof optionsOf;
type Agrees<Name extends keyof Readers, Options> = Same<keyof Readers[Name], KeysOf<Options>>;
type JoinOptions =
  | decorators.StreamJoinOptions<unknown>
  | decorators.GlobalJoinOptions<unknown, unknown>
  | decorators.ForeignKeyJoinOptions<unknown, unknown>
  | decorators.KeyJoinOptions<unknown>;

/** Does not compile when an option has a type and no reader, or a reader and no type. */
const agreement: Readonly<Record<Exclude<keyof Readers, 'none'>, true>> = {
  source: true satisfies Agrees<'source', decorators.SourceOptions<unknown, unknown>>,
  table: true satisfies Agrees<'table', decorators.TableSourceOptions<unknown, unknown>>,
  globalTable: true satisfies Agrees<'globalTable', decorators.GlobalTableOptions<unknown, unknown>>,
  stream: true satisfies Agrees<'stream', decorators.StreamOptions>,
  streamOrTable: true satisfies Agrees<'streamOrTable', decorators.TableOptions>,
  repartition: true satisfies Agrees<'repartition', decorators.RepartitionOptions<unknown, unknown>>,
  sink: true satisfies Agrees<'sink', decorators.ToOptions<unknown, unknown>>,
  count: true satisfies Agrees<'count', decorators.CountOptions<unknown, unknown>>,
  reduce: true satisfies Agrees<'reduce', decorators.ReduceOptions<unknown, unknown, unknown>>,
  aggregate: true satisfies Agrees<'aggregate', decorators.AggregateOptions<unknown, unknown, unknown>>,
  cogroup: true satisfies Agrees<'cogroup', decorators.CogroupOptions<unknown, unknown>>,
  fold: true satisfies Agrees<'fold', decorators.FoldOptions<string, unknown>>,
  join: true satisfies Agrees<'join', JoinOptions>,
  on: true satisfies Agrees<'on', Omit<decorators.OnOptions<never, unknown>, 'from'> & { event: string }>,
  process: true satisfies Agrees<'process', decorators.ProcessOptions>,
  asyncMapValues: true satisfies Agrees<'asyncMapValues', decorators.AsyncMapValuesOptions<unknown>>,
};

describe('the options of operators', () => {
  it('are read at boot as the types of the decorators say', () => {
    expect(Object.keys(agreement).sort()).toEqual(
      Object.keys(optionsOf)
        .filter((name) => name !== 'none')
        .sort(),
    );
  });
});
