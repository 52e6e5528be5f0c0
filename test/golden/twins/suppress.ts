import type { KTable, Suppression } from '@ouzel/streams';
import { concat, dsl, named, pair, prefix, subtract, type Parts, type Twin, type Twins } from './parts.js';

type Suppressing = (ouzel: Parts['ouzel']) => Suppression;

/** Suppresses a table that is read from the input. */
function suppressed(table: (parts: Parts) => object, suppression: Suppressing, options?: { name: string }): Twin {
  return dsl((parts) => {
    const { builder, text, ouzel } = parts;
    builder
      .table('in', { ...text, ...table(parts) })
      .suppress(suppression(ouzel), options)
      .toStream()
      .to('out', text);
  });
}

/** Counts in windows of 10 with a grace of 5, and suppresses until they close. */
function countedUntilClose(store: (parts: Parts) => object, suppression: Suppressing): Twin {
  return dsl((parts) => {
    const { builder, text, windowedLong, ouzel } = parts;
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.tumbling(10, { grace: 5 }))
      .count(store(parts))
      .suppress(suppression(ouzel))
      .toStream()
      .to('out', windowedLong(10));
  });
}

/** Groups by the first letter. New values are added, and former values are subtracted. */
function regrouped({ text, store }: Parts, table: KTable<string, string>): KTable<string, string> {
  return table.groupBy((value) => [prefix(value, 1), value], text).aggregate(() => '0', concat, subtract, store('agg'));
}

const t = ({ store }: Parts): object => store('t');

/** Suppressions.java: KTable.suppress. */
export const suppress: Twins = {
  'suppress-time-limit': suppressed(
    () => named('t'),
    ({ untilTimeLimit }) => untilTimeLimit(10, { maxRecords: 3 }),
  ),

  'suppress-unbounded': suppressed(t, ({ untilTimeLimit }) => untilTimeLimit(50), { name: 'later' }),

  'suppress-zero': suppressed(t, ({ untilTimeLimit }) => untilTimeLimit(0)),

  'suppress-max-bytes': suppressed(t, ({ untilTimeLimit }) => untilTimeLimit(1000, { maxBytes: 120, whenFull: 'emit-early' })),

  'suppress-shutdown-when-full': suppressed(t, ({ untilTimeLimit }) => untilTimeLimit(1000, { maxRecords: 2, whenFull: 'shut-down' })),

  'suppress-logging-disabled': suppressed(t, ({ untilTimeLimit }) => untilTimeLimit(10, { logging: false })),

  'suppress-logging-config': suppressed(
    t,
    ({ untilTimeLimit }) => untilTimeLimit(10, { maxRecords: 5, logging: { 'segment.bytes': '1000000' } }),
    { name: 'buf' },
  ),

  'suppress-window-close': countedUntilClose(
    () => named('w'),
    ({ untilWindowCloses }) => untilWindowCloses(),
  ),

  'suppress-window-close-full': countedUntilClose(
    ({ storeLong }) => storeLong('w'),
    ({ untilWindowCloses }) => untilWindowCloses({ maxRecords: 2 }),
  ),

  'suppress-hopping-close': dsl(({ builder, text, store, windowedText, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.hopping(10, 5, { grace: 3 }))
      .aggregate(() => '0', concat, store('w'))
      .suppress(ouzel.untilWindowCloses(), { name: 'close' })
      .toStream()
      .to('out', windowedText(10));
  }),

  'suppress-sliding-close': dsl(({ builder, text, store, windowedText, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.sliding(10, { grace: 3 }))
      .aggregate(() => '0', concat, store('w'))
      .suppress(ouzel.untilWindowCloses())
      .toStream()
      .to('out', windowedText(10));
  }),

  'suppress-session-close': dsl(({ builder, text, sessionLong, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.session(5))
      .count(named('s'))
      .suppress(ouzel.untilWindowCloses())
      .toStream()
      .to('out', sessionLong);
  }),

  'suppress-time-jump': dsl(({ builder, text, store, windowedText, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.tumbling(10, { grace: 5 }))
      .aggregate(() => '0', concat, store('w'))
      .suppress(ouzel.untilWindowCloses())
      .toStream()
      .to('out', windowedText(10));
  }),

  'suppress-aggregate': dsl(({ builder, text, textLong, storeLong, ouzel }) => {
    builder
      .stream('in', text)
      .groupBy((value) => prefix(value, 1), text)
      .count(storeLong('counts'))
      .suppress(ouzel.untilTimeLimit(20, { maxRecords: 2 }))
      .toStream()
      .to('out', textLong);
  }),

  'suppress-then-group-by': dsl((parts) => {
    const { builder, text, store, ouzel } = parts;
    const later = builder.table('in', { ...text, ...store('t') }).suppress(ouzel.untilTimeLimit(10), { name: 'later' });
    regrouped(parts, later).toStream().to('out', text);
  }),

  'suppress-then-join': dsl(({ builder, text, store, ouzel }) => {
    const later = builder.table('L', { ...text, ...store('lt') }).suppress(ouzel.untilTimeLimit(10), { name: 'later' });
    later
      .leftJoin(builder.table('R', { ...text, ...store('rt') }), pair)
      .toStream()
      .to('out', text);
  }),
};
