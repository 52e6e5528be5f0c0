import {
  Headers,
  serdes,
  Stores,
  type FixedKeyProcessorContext,
  type KeyValueStore,
  type ProcessorContext,
  type SessionStore,
  StreamRecord,
  type TimestampedKeyValueStore,
  type VersionedKeyValueStore,
  type WindowStore,
} from '@ouzel/streams';
import { end, from, text, type Run } from './run.js';

type Text = StreamRecord<string, string>;
const input = from('in', ['a', '1', 0], ['b', '2', 1_000], ['a', '3', 2_000]);

export const processors: readonly Run[] = [
  {
    name: 'a processor with a store that it empties as time goes on',
    inputs: ['in'],
    build: (builder, topic) => {
      builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('waiting'), serdes.string, serdes.string));
      return builder.stream(topic('in'), text).process<string, string>(
        () => {
          let waiting: KeyValueStore<string, string>;
          return {
            init(context: ProcessorContext<string, string>) {
              waiting = context.getStateStore('waiting');
              context.schedule('1m', 'stream-time', async (timestamp) => {
                for await (const [key, value] of waiting.all()) {
                  waiting.delete(key);
                  await context.forward(new StreamRecord(key, value, timestamp));
                }
              });
            },
            process: ({ key, value }: Text) => waiting.put(key, (waiting.get(key) ?? '') + value),
          };
        },
        { stores: ['waiting'] },
      );
    },
    records: [...input, ...end('in')],
    output: 'stream',
    // The first punctuation comes after the first record.
    expected: ['a=1', 'a=3', 'b=2'],
  },
  {
    name: 'headers that a processor sets, through a repartition topic',
    inputs: ['in'],
    build: (builder, topic) =>
      builder
        .stream(topic('in'), text)
        .processValues<string>(() => {
          let context: FixedKeyProcessorContext<string, string>;
          return {
            init: (given: FixedKeyProcessorContext<string, string>) => {
              context = given;
            },
            process: (record: Text) => context.forward(record.with({ headers: Headers.of([['seen', record.value]]) })),
          };
        })
        .repartition({ name: 'between', ...text })
        .mapValues((value, _, { headers }) => `${value}:${String(headers.get('seen'))}`),
    records: input,
    output: 'stream',
    expected: ['a=1:1', 'a=3:3', 'b=2:2'],
  },
  {
    name: 'stores of every kind in one processor',
    inputs: ['in'],
    build: (builder, topic) => {
      const stores = [
        Stores.timestampedKeyValueStoreBuilder(Stores.inMemoryKeyValueStore('latest'), serdes.string, serdes.string),
        Stores.windowStoreBuilder(Stores.persistentWindowStore('windows', { retention: '1h', size: '10s' }), serdes.string, serdes.string),
        Stores.sessionStoreBuilder(Stores.persistentSessionStore('sessions', { retention: '1h' }), serdes.string, serdes.string),
        Stores.versionedKeyValueStoreBuilder(
          Stores.persistentVersionedKeyValueStore('versions', { history: '1h' }),
          serdes.string,
          serdes.string,
        ),
      ];
      return builder.stream(topic('in'), text).process<string, string>({ stores, get: storing });
    },
    records: from('in', ['a', '1', 0], ['a', '3', 2_000], ['b', '4', 3_000]),
    output: 'stream',
    expected: ['a=1|1|1|1', 'a=3|1,3|1,3|1', 'b=4|4|4|4'],
  },
  {
    name: 'a table whose rows are transformed with what a processor wrote',
    inputs: ['in', 'other'],
    globals: ['other'],
    build: (builder, topic) => {
      builder.addGlobalStore(
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('names'), serdes.string, serdes.string).withLogging(false),
        topic('other'),
        {
          ...text,
          processor: () => {
            let names: KeyValueStore<string, string>;
            return {
              init: (context) => {
                names = context.getStateStore('names');
              },
              process: ({ key, value }) => names.put(key, value),
            };
          },
        },
      );
      return builder
        .table(topic('in'), text)
        .transformValues<string>(() => {
          let names: KeyValueStore<string, string>;
          return {
            init: (context) => {
              names = context.getStateStore('names');
            },
            transform: (value) => names.get(value) ?? 'nobody',
          };
        })
        .toStream();
    },
    records: [...from('other', ['1', 'one', 0], ['3', 'three', 1]), ...from('in', ['a', '1', 2], ['b', '2', 3], ['a', '3', 4])],
    output: 'table',
    expected: ['a=three', 'b=nobody'],
  },
];

/** Puts each record into all stores, and forwards what they hold for its key. */
function storing() {
  let context: ProcessorContext<string, string>;
  return {
    init(given: ProcessorContext<string, string>) {
      context = given;
    },
    async process(record: Text) {
      const { key, value, timestamp } = record;
      const latest = context.getStateStore<TimestampedKeyValueStore<string, string>>('latest');
      const windows = context.getStateStore<WindowStore<string, string>>('windows');
      const sessions = context.getStateStore<SessionStore<string, string>>('sessions');
      const versions = context.getStateStore<VersionedKeyValueStore<string, string>>('versions');
      latest.put(key, { value, timestamp });
      windows.put(key, value, timestamp);
      sessions.put({ key, window: { start: timestamp, end: timestamp } }, value);
      versions.put(key, value, timestamp);
      const found = [
        latest.get(key)!.value,
        await values(windows.fetchRange(key, key, 0, timestamp)),
        await values(sessions.fetch(key)),
        // The version that was valid at the time of the first record.
        versions.get(key, key === 'a' ? 0 : timestamp)!.value,
      ];
      await context.forward(record.with({ value: found.join('|') }));
    },
  };
}

async function values(entries: AsyncIterable<readonly [unknown, string]>): Promise<string> {
  const found: string[] = [];
  for await (const [, value] of entries) found.push(value);
  return found.join();
}
