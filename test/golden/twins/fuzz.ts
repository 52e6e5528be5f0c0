import type { KTable, KeyValueStore, ProcessorContext, StreamRecord, TimeWindow } from '@ouzel/streams';
import { Contextual, increment } from './contextual.js';
import * as foreignKeyJoins from './foreign-key-joins.js';
import { dsl, named, pair, prefix, type Ouzel, type Parts, type Twin, type Twins } from './parts.js';
import { interpreted, keyValueCommands, sessionCommands, versionedCommands, windowCommands } from './stores.js';
import * as streamJoins from './stream-joins.js';
import * as tableJoins from './table-joins.js';

/** Returns the last 16 characters, so that the recordings stay small. */
const tail = (text: string): string => text.slice(-16);
const add = (aggregate: string, value: string): string => tail(aggregate + '+' + value);
const subtract = (aggregate: string, value: string): string => tail(aggregate + '-' + value);
const merge = (left: string, right: string): string => tail(left + '|' + right);

/** Aggregates the input by its own key in windows of 10. */
function windowed(window: (ouzel: Ouzel) => TimeWindow): Twin {
  return dsl(({ builder, text, store, windowedText, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(window(ouzel))
      .aggregate(() => '0', add, store('w'))
      .toStream()
      .to('out', windowedText(10));
  });
}

/** Groups by the first letter. New values are added, and former values are subtracted. */
function regrouped({ text, store }: Parts, table: KTable<string, string>): KTable<string, string> {
  return table.groupBy((value) => [prefix(value, 1), value], text).aggregate(() => '0', add, subtract, store('agg'));
}

/** Writes a join of tables to a topic, and regroups it. */
function tableJoin(join: tableJoins.Joining, table: (parts: Parts, store: string) => object): Twin {
  return dsl((parts) => {
    const { builder, text } = parts;
    const joined = join(builder.table('L', { ...text, ...table(parts, 'lt') }), builder.table('R', { ...text, ...table(parts, 'rt') }));
    joined.toStream().to('out', text);
    regrouped(parts, joined).toStream().to('out2', text);
  });
}

class Ticking extends Contextual {
  private counts!: KeyValueStore<string, number>;

  constructor(private readonly ouzel: Ouzel) {
    super();
  }

  override init(context: ProcessorContext<string, string>): void {
    super.init(context);
    this.counts = context.getStateStore('counts');
    context.schedule(9, 'stream-time', (now) => this.forwardAll('stream', now));
    context.schedule(25, 'wall-clock-time', (now) => this.forwardAll('wall', now));
  }

  process({ key }: StreamRecord<string, string>): void {
    increment(this.counts, key);
  }

  private async forwardAll(clock: string, now: number): Promise<void> {
    for await (const [key, count] of this.counts.all())
      await this.context.forward(new this.ouzel.StreamRecord(key, `${clock} ${count}`, now));
  }
}

const uneven = ({ within }: Ouzel): ReturnType<Ouzel['within']> => within(0, { before: 3, after: 9, grace: 4 });
const plain = (_: Parts, store: string): object => named(store);

/** Fuzz.java: one topology per family, for random records. */
export const fuzz: Twins = {
  // ---- aggregates

  'fuzz-aggregate': dsl(({ builder, text, store }) => {
    builder
      .stream('in', text)
      .groupBy((value) => (value === null ? null : prefix(value, 1)), text)
      .aggregate(() => '0', add, store('a'))
      .toStream()
      .to('out', text);
  }),

  'fuzz-aggregate-to-null': dsl(({ builder, text, store }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .reduce((aggregate, value) => (value.startsWith('c') ? null : add(aggregate, value)), store('r'))
      .toStream()
      .to('out', text);
  }),

  'fuzz-tumbling': windowed(({ tumbling }) => tumbling(10, { grace: 7 })),
  'fuzz-hopping': windowed(({ hopping }) => hopping(10, 4, { grace: 7 })),

  'fuzz-sliding': dsl(({ builder, text, store, windowedText, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.sliding(10, { grace: 20 }))
      .aggregate(() => '0', add, store('w'))
      .toStream()
      .to('out', windowedText(10));
  }),

  'fuzz-session': dsl(({ builder, text, store, sessionText, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.session(5, { grace: 8 }))
      .aggregate(() => '0', add, merge, store('s'))
      .toStream()
      .to('out', sessionText);
  }),

  'fuzz-tumbling-close': dsl(({ builder, text, windowedText, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.tumbling(10, { grace: 7 }))
      .emitStrategy('close')
      .aggregate(() => '0', add, { materialized: { store: 'w', ...text, retention: 1000 } })
      .toStream()
      .to('out', windowedText(10));
  }),

  'fuzz-sliding-close': dsl(({ builder, text, windowedText, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.sliding(10, { grace: 5 }))
      .emitStrategy('close')
      .aggregate(() => '0', add, { materialized: { store: 'w', ...text, retention: 1000 } })
      .toStream()
      .to('out', windowedText(10));
  }),

  'fuzz-session-close': dsl(({ builder, text, store, sessionText, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.session(4, { grace: 3 }))
      .emitStrategy('close')
      .aggregate(() => '0', add, merge, store('s'))
      .toStream()
      .to('out', sessionText);
  }),

  'fuzz-suppress-close': dsl(({ builder, text, store, windowedText, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.hopping(10, 5, { grace: 7 }))
      .aggregate(() => '0', add, store('w'))
      .suppress(ouzel.untilWindowCloses())
      .toStream()
      .to('out', windowedText(10));
  }),

  'fuzz-suppress-session': dsl(({ builder, text, store, sessionText, ouzel }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .windowedBy(ouzel.session(4, { grace: 3 }))
      .aggregate(() => '0', add, merge, store('s'))
      .suppress(ouzel.untilWindowCloses())
      .toStream()
      .to('out', sessionText);
  }),

  'fuzz-suppress-limit': dsl(({ builder, text, ouzel }) => {
    builder
      .table('in', { ...text, ...named('t') })
      .suppress(ouzel.untilTimeLimit(15, { maxRecords: 2 }))
      .toStream()
      .to('out', text);
  }),

  'fuzz-suppress-regrouped': dsl((parts) => {
    const { builder, text, ouzel } = parts;
    const limit = ouzel.untilTimeLimit(12, { maxBytes: 200, whenFull: 'emit-early' });
    regrouped(parts, builder.table('in', { ...text, ...named('t') }).suppress(limit, { name: 'later' }))
      .toStream()
      .to('out', text);
  }),

  'fuzz-cogroup-session': dsl(({ builder, text, store, sessionText, ouzel }) => {
    builder
      .stream('L', text)
      .groupByKey()
      .cogroup<string>(add)
      .cogroup(builder.stream('R', text).groupByKey(), (aggregate, value) => tail(aggregate + '*' + value))
      .windowedBy(ouzel.session(5, { grace: 8 }))
      .aggregate(() => '0', merge, store('s'))
      .toStream()
      .to('out', sessionText);
  }),

  // ---- joins of streams

  'fuzz-ss-inner': streamJoins.joined(streamJoins.inner, uneven),
  'fuzz-ss-left': streamJoins.joined(streamJoins.left, uneven),
  'fuzz-ss-outer': streamJoins.joined(streamJoins.outer, uneven),

  'fuzz-ss-self': dsl(({ builder, text, textJoin, ouzel }) => {
    const stream = builder.stream('in', text);
    stream.join(stream, pair, { window: ouzel.within(6, { grace: 10 }), ...textJoin }).to('out', text);
  }),

  // ---- joins of a stream with a table

  'fuzz-st-left': dsl(({ builder, text }) => {
    builder
      .stream('L', text)
      .leftJoin(builder.table('R', { ...text, ...named('tbl') }), pair)
      .to('out', text);
  }),

  'fuzz-st-versioned': dsl(({ builder, text, versioned }) => {
    builder
      .stream('L', text)
      .leftJoin(builder.table('R', { ...text, ...versioned('tbl', 40) }), pair)
      .to('out', text);
  }),

  'fuzz-st-grace': dsl(({ builder, text, textJoin, versioned }) => {
    builder
      .stream('L', text)
      .join(builder.table('R', { ...text, ...versioned('tbl', 60) }), pair, { ...textJoin, grace: 10 })
      .to('out', text);
  }),

  'fuzz-global': dsl(({ builder, text, store }) => {
    const global = builder.globalTable('R', { ...text, ...store('g') });
    const stream = builder.stream('L', text);
    const on = (value: string): string | null => (value === null ? null : prefix(value, 1));
    stream.join(global, pair, { on }).to('out', text);
    stream.leftJoin(global, pair, { on }).to('out2', text);
  }),

  // ---- joins of tables

  'fuzz-tt-inner': tableJoin(tableJoins.inner, plain),
  'fuzz-tt-left': tableJoin(tableJoins.left, plain),
  'fuzz-tt-outer': tableJoin(tableJoins.outer, plain),
  'fuzz-tt-outer-versioned': tableJoin(tableJoins.outer, ({ versioned }, store) => versioned(store, 40)),

  'fuzz-table-views': dsl(({ builder, text, store }) => {
    const table = builder.table('in', text);
    table
      .filter((value) => !value.startsWith('a'))
      .mapValues((value) => value + '!')
      .toStream()
      .to('out', text);
    table
      .mapValues((value) => prefix(value, 1), store('letters'))
      .filterNot((value) => value === 'b')
      .toStream()
      .to('out2', text);
  }),

  'fuzz-fk-inner': foreignKeyJoins.joined(foreignKeyJoins.inner, plain),
  'fuzz-fk-left': foreignKeyJoins.joined(foreignKeyJoins.left, plain, ({ store }) => ({ name: 'foo', ...store('res') })),

  // ---- processors

  'fuzz-punctuation': dsl(({ builder, text, serdes, ouzel }) => {
    const { Stores } = ouzel;
    builder.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('counts'), serdes.string, serdes.long));
    builder
      .stream('in', text)
      .process<string, string>(() => new Ticking(ouzel), { stores: ['counts'] })
      .to('out', text);
  }),

  'fuzz-store-key-value': interpreted(keyValueCommands, ({ text, seed, ouzel: { Stores } }) => {
    const supplier = seed % 2 === 0 ? Stores.persistentKeyValueStore('store') : Stores.inMemoryKeyValueStore('store');
    return Stores.keyValueStoreBuilder(supplier, text.key, text.value);
  }),
  'fuzz-store-window': interpreted(windowCommands, ({ text, seed, ouzel: { Stores } }) => {
    const options = { retention: 90_000, size: 10 };
    const supplier = seed % 2 === 0 ? Stores.persistentWindowStore('store', options) : Stores.inMemoryWindowStore('store', options);
    return Stores.windowStoreBuilder(supplier, text.key, text.value);
  }),
  'fuzz-store-session': interpreted(sessionCommands, ({ text, seed, ouzel: { Stores } }) => {
    const options = { retention: 90_000 };
    const supplier = seed % 2 === 0 ? Stores.persistentSessionStore('store', options) : Stores.inMemorySessionStore('store', options);
    return Stores.sessionStoreBuilder(supplier, text.key, text.value);
  }),
  'fuzz-store-versioned': interpreted(versionedCommands, ({ text, ouzel: { Stores } }) =>
    Stores.versionedKeyValueStoreBuilder(Stores.persistentVersionedKeyValueStore('store', { history: 30 }), text.key, text.value),
  ),
};
