import type { KStream, TimeWindow } from '@ouzel/streams';
import { concat, dsl, mergeSessions, named, prefix, subtract, type Parts, type Twins } from './parts.js';

const upToDel = (aggregate: string, value: string): string | null => (value === 'del' ? null : aggregate + '+' + value);

function input({ builder, text }: Parts): KStream<string, string> {
  return builder.stream('in', text);
}

/** Aggregates the input by its own key in windows of 10. */
function collected(window: (ouzel: Parts['ouzel']) => TimeWindow): Twins[string] {
  return dsl((parts) => {
    const { store, windowedText, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(window(ouzel))
      .aggregate(() => '0', concat, store('w'))
      .toStream()
      .to('out', windowedText(10));
  });
}

/** Windows.java: windowed aggregations, emitted on update and on close. */
export const windows: Twins = {
  // ---- time windows, on update

  tumbling: collected(({ tumbling }) => tumbling(10, { grace: 5 })),

  hopping: collected(({ hopping }) => hopping(10, 5)),

  'tumbling-reduce': dsl((parts) => {
    const { text, store, windowedText, ouzel } = parts;
    input(parts)
      .groupByKey(text)
      .windowedBy(ouzel.tumbling(60, { grace: 1000 }))
      .reduce(concat, store('w'))
      .toStream()
      .to('out', windowedText(60));
  }),

  'tumbling-named': dsl((parts) => {
    const { text, store, ouzel } = parts;
    input(parts)
      .groupBy((value) => prefix(value, 1), { name: 'first-letter', ...text })
      .windowedBy(ouzel.tumbling(10))
      .aggregate(() => '0', concat, { name: 'collect', ...store('w') })
      .toStream((_, { key, window }) => `${key}@${window.start}-${window.end}`)
      .to('out', text);
  }),

  'tumbling-supplier': dsl((parts) => {
    const { textLong, windowedLong, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.tumbling(10, { grace: 100 }))
      .count({ materialized: { store: ouzel.Stores.inMemoryWindowStore('w', { retention: 1000, size: 10 }), ...textLong } })
      .toStream()
      .to('out', windowedLong(10));
  }),

  'tumbling-retention': dsl((parts) => {
    const { textLong, windowedLong, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.tumbling(10))
      .count({ materialized: { store: 'w', ...textLong, retention: 3_600_000 } })
      .toStream()
      .to('out', windowedLong(10));
  }),

  'tumbling-unnamed': dsl((parts) => {
    const { windowedLong, ouzel } = parts;
    input(parts).groupByKey().windowedBy(ouzel.tumbling(10)).count().toStream().to('out', windowedLong(10));
  }),

  'windowed-count-nullvalue': dsl((parts) => {
    const { windowedLong, ouzel } = parts;
    input(parts).groupByKey().windowedBy(ouzel.tumbling(10)).count(named('w')).toStream().to('out', windowedLong(10));
  }),

  'reduce-windowed-null': dsl((parts) => {
    const { windowedText, ouzel } = parts;
    input(parts).groupByKey().windowedBy(ouzel.tumbling(10)).reduce(concat, named('w')).toStream().to('out', windowedText(10));
  }),

  'windowed-aggregate-to-null': dsl((parts) => {
    const { store, windowedText, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.tumbling(10))
      .aggregate(() => '0', upToDel, store('w'))
      .toStream()
      .to('out', windowedText(10));
  }),

  'hopping-uneven': dsl((parts) => {
    const { storeLong, windowedLong, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.hopping(10, 3, { grace: 4 }))
      .count(storeLong('w'))
      .toStream()
      .to('out', windowedLong(10));
  }),

  unlimited: dsl((parts) => {
    const { storeLong, windowedLong, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.unlimited())
      .count(storeLong('w'))
      .toStream()
      .to('out', windowedLong(Number.MAX_SAFE_INTEGER));
  }),

  'unlimited-start-on': dsl((parts) => {
    const { store, windowedText, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.unlimited({ start: 50 }))
      .aggregate(() => '0', concat, store('w'))
      .toStream()
      .to('out', windowedText(Number.MAX_SAFE_INTEGER));
  }),

  'windowed-table-regrouped': dsl((parts) => {
    const { text, store, storeLong, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.tumbling(10, { grace: 20 }))
      .count(storeLong('w'))
      .groupBy((count, windowed) => ['count-' + count, windowed.key], text)
      .aggregate(() => '0', concat, subtract, store('by-count'))
      .toStream()
      .to('out', text);
  }),

  // ---- sliding windows

  sliding: dsl((parts) => {
    const { store, windowedText, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.sliding(10, { grace: 50 }))
      .aggregate(() => '0', concat, store('w'))
      .toStream()
      .to('out', windowedText(10));
  }),

  'sliding-no-grace-count': dsl((parts) => {
    const { text, storeLong, windowedLong, ouzel } = parts;
    input(parts).groupByKey(text).windowedBy(ouzel.sliding(40)).count(storeLong('w')).toStream().to('out', windowedLong(40));
  }),

  'sliding-reduce': dsl((parts) => {
    const { text, store, windowedText, ouzel } = parts;
    input(parts)
      .groupByKey(text)
      .windowedBy(ouzel.sliding(10, { grace: 20 }))
      .reduce(concat, store('w'))
      .toStream()
      .to('out', windowedText(10));
  }),

  // ---- session windows

  session: dsl((parts) => {
    const { store, sessionText, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.session(5, { grace: 10 }))
      .aggregate(() => '0', concat, mergeSessions, store('s'))
      .toStream()
      .to('out', sessionText);
  }),

  'session-count': dsl((parts) => {
    const { text, storeLong, sessionLong, ouzel } = parts;
    input(parts).groupByKey(text).windowedBy(ouzel.session(30)).count(storeLong('s')).toStream().to('out', sessionLong);
  }),

  'session-reduce': dsl((parts) => {
    const { text, store, sessionText, ouzel } = parts;
    input(parts)
      .groupByKey(text)
      .windowedBy(ouzel.session(25, { grace: 200 }))
      .reduce(concat, { name: 'visits', ...store('s') })
      .toStream()
      .to('out', sessionText);
  }),

  'session-to-null': dsl((parts) => {
    const { text, store, sessionText, ouzel } = parts;
    input(parts)
      .groupByKey(text)
      .windowedBy(ouzel.session(5, { grace: 100 }))
      .aggregate(() => '0', upToDel, mergeSessions, store('s'))
      .toStream()
      .to('out', sessionText);
  }),

  // ---- emitted on close

  'tumbling-on-close': dsl((parts) => {
    const { store, windowedText, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.tumbling(10, { grace: 5 }))
      .emitStrategy('close')
      .aggregate(() => '0', concat, store('w'))
      .toStream()
      .to('out', windowedText(10));
  }),

  'on-close-time-jump-retention': dsl((parts) => {
    const { text, windowedText, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.tumbling(10, { grace: 5 }))
      .emitStrategy('close')
      .aggregate(() => '0', concat, { materialized: { store: 'w', ...text, retention: 1000 } })
      .toStream()
      .to('out', windowedText(10));
  }),

  'hopping-on-close': dsl((parts) => {
    const { storeLong, windowedLong, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.hopping(10, 5))
      .emitStrategy('close')
      .count({ name: 'counter', ...storeLong('w') })
      .toStream()
      .to('out', windowedLong(10));
  }),

  'session-on-close': dsl((parts) => {
    const { store, sessionText, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.session(5, { grace: 2 }))
      .emitStrategy('close')
      .aggregate(() => '0', concat, mergeSessions, store('s'))
      .toStream()
      .to('out', sessionText);
  }),

  'sliding-on-close': dsl((parts) => {
    const { store, windowedText, ouzel } = parts;
    input(parts)
      .groupByKey()
      .windowedBy(ouzel.sliding(10, { grace: 5 }))
      .emitStrategy('close')
      .aggregate(() => '0', concat, store('w'))
      .toStream()
      .to('out', windowedText(10));
  }),

  'two-on-close': dsl((parts) => {
    const { storeLong, windowedLong, sessionLong, ouzel } = parts;
    const grouped = input(parts).groupByKey();
    grouped.windowedBy(ouzel.tumbling(10)).emitStrategy('close').count(storeLong('w')).toStream().to('out', windowedLong(10));
    grouped.windowedBy(ouzel.session(5)).emitStrategy('close').count(storeLong('s')).toStream().to('out2', sessionLong);
  }),
};
