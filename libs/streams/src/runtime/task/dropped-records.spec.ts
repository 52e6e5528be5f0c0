import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';
import {
  serdes,
  Stores,
  StreamRecord,
  StreamsBuilder,
  tumbling,
  type DroppedRecord,
  type KStream,
  type ProcessorContext,
  type WindowStore,
} from '../../index.js';

const pause = (ms = 1) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const large = 'x'.repeat(20_000);

describe('A record that is dropped', () => {
  const app = EmbeddedApp.use('in', 'other', 'out', 'letters');

  /** One line for each call of `onDropped`: reason, node, place and bytes. */
  const lines: string[] = [];
  const onDropped = ({ reason, node, topic, partition, offset, timestamp, key, value, headers }: DroppedRecord) => {
    const bytes = `${String(key)}=${String(value).slice(0, 12)}`;
    lines.push(`${reason} by ${node}: ${topic}-${partition}@${offset} ${bytes} at ${timestamp} h=${String(headers.get('h') ?? '-')}`);
  };
  beforeEach(() => void lines.splice(0));
  const start = (build: (records: KStream<string, string>, builder: StreamsBuilder) => unknown, config: Record<string, unknown> = {}) => {
    const builder = new StreamsBuilder();
    build(builder.stream('in', { ...text, name: 'source' }), builder);
    return app.started(builder.build(), { onDropped, processingHandler: 'continue', cacheMaxBytes: 0, ...config });
  };
  const told = async (...expected: readonly string[]) => {
    await until(() => lines.length >= expected.length);
    expect(lines).toEqual(expected);
  };
  const fails = (value: string) => {
    if (value.startsWith('bad')) throw new Error('refused');
    return value;
  };

  it('because it can not be decoded, is that record, however many come in a row', async () => {
    const builder = new StreamsBuilder();
    builder.stream('in', { key: serdes.string, value: serdes.json(), name: 'source' }).forEach(() => {});
    await app.started(builder.build(), { onDropped, deserializationHandler: 'continue' });
    await app.send(
      'in',
      ...['{}', 'broken 1', 'broken 2', '{}', 'broken 4'].map((value, i) => ({ key: `k${i}`, value, timestamp: 1_000 + i })),
    );
    await told(
      'deserialization by source: in-0@1 k1=broken 1 at 1001 h=-',
      'deserialization by source: in-0@2 k2=broken 2 at 1002 h=-',
      'deserialization by source: in-0@4 k4=broken 4 at 1004 h=-',
    );
  });

  it('because its time is not valid, is that record with the time that it had', async () => {
    const builder = new StreamsBuilder();
    const timestamp = ({ value, timestamp: own }: StreamRecord<unknown, unknown>) => (value === 'bad' ? -1 : own);
    builder.stream('in', { ...text, name: 'source', timestamp }).forEach(() => {});
    await app.started(builder.build(), { onDropped });
    await app.send('in', ...['a', 'bad', 'c', 'bad'].map((value, i) => ({ value, timestamp: 1_000 + i })));
    await told('invalid-timestamp by source: in-0@1 k=bad at 1001 h=-', 'invalid-timestamp by source: in-0@3 k=bad at 1003 h=-');
  });

  it('by a node, is the input record that the node was given', async () => {
    await start((records, builder) => {
      records.mapValues(fails, { name: 'mapper' });
      records.join(builder.table('other', text), () => '', { name: 'joined' });
      records.groupByKey().windowedBy(tumbling(10)).count({ name: 'counted' });
    });
    await app.send('in', { key: null, value: 'a', timestamp: 5 }, { value: 'late', timestamp: 500 }, { value: 'bad', timestamp: 5 });
    await told(
      'null-key-or-value by joined: in-0@0 null=a at 5 h=-',
      'null-key by counted: in-0@0 null=a at 5 h=-',
      'processing by mapper: in-0@2 k=bad at 5 h=-',
      'late by counted: in-0@2 k=bad at 5 h=-',
    );
  });

  it('by a store, is the input record that user code put', async () => {
    const windows = Stores.windowStoreBuilder(
      Stores.persistentWindowStore('windows', { retention: 100, size: 10 }),
      serdes.string,
      serdes.string,
    );
    await start((records) =>
      records.process(
        {
          get() {
            let store: WindowStore<string, string>;
            return {
              init: (context: ProcessorContext<string, string>) => void (store = context.getStateStore('windows')),
              process: ({ key, value, timestamp }: StreamRecord<string, string>) => store.put(key, value, timestamp),
            };
          },
          stores: [windows],
        },
        { name: 'putting' },
      ),
    );
    await app.send('in', { value: 'a', timestamp: 600_000 }, { value: 'b', timestamp: 5 });
    await told('expired by windows: in-0@1 k=b at 5 h=-');
  });

  it('below a cache, is the last that changed the row', async () => {
    await start(
      (records) =>
        records
          .groupByKey()
          .reduce((_, value) => value, { materialized: { store: 'rows', ...text } })
          .toStream()
          .mapValues(fails, { name: 'mapper' }),
      { cacheMaxBytes: 1_000_000, commitInterval: 100 },
    );
    await app.send(
      'in',
      ...['a', 'b'].flatMap((key) => [
        { key, value: 'ok', timestamp: 76 },
        { key, value: `bad ${key}`, timestamp: 77 },
      ]),
    );
    await told('processing by mapper: in-0@1 a=bad a at 77 h=-', 'processing by mapper: in-0@3 b=bad b at 77 h=-');
  });

  it('by an asynchronous operator that finishes later, is the one that it began with', async () => {
    const slow = async (value: string) => {
      await pause(value.startsWith('bad') ? 20 : 0);
      return fails(value);
    };
    await start((records) => records.asyncMapValues(slow, { name: 'mapper' }));
    await app.send('in', ...['a', 'bad', 'c', 'd'].map((value, i) => ({ key: value, value, timestamp: 100 + i })));
    await told('processing by mapper: in-0@1 bad=bad at 101 h=-');
  });

  it('in a punctuation, has no place', async () => {
    await start((records) =>
      records
        .process(() => ({
          init(context: ProcessorContext<string, string>) {
            const schedule = context.schedule(1, 'wall-clock-time', () => {
              schedule.cancel();
              void context.forward(new StreamRecord('made', 'bad', 7));
            });
          },
          process() {},
        }))
        .mapValues(fails, { name: 'mapper' }),
    );
    await app.sendValues('in', 'a');
    await told('processing by mapper: null--1@-1 null=null at 7 h=-');
  });

  it('after the grace of a join, is the one that waited, and not the one whose time let it go', async () => {
    await start((records, builder) => {
      const materialized = { store: Stores.persistentVersionedKeyValueStore('versions', { history: '1h' }), ...text };
      records.join(builder.table('other', { ...text, materialized }), (value) => fails(value), { name: 'joined', grace: 100, ...sides });
    });
    await app.send('other', { value: 'row', timestamp: 0 });
    await until(async () => (await app.committed('other')) === 1);
    await app.send('in', { value: 'bad', timestamp: 5 }, { value: 'good', timestamp: 500 });
    await told('processing by joined: in-0@0 k=bad at 5 h=-');
  });

  it('because Kafka refuses what was made of it, is the input record, though the refusal comes later', async () => {
    await start((records) => records.mapValues((value) => (value === 'bad' ? large : value)).to('out', { ...text, name: 'sink' }), {
      productionHandler: 'continue',
      producer: { maxRequestSize: 5_000, linger: 20 },
    });
    await app.send('in', ...['a', 'bad', 'c', 'd'].map((value, i) => ({ value, timestamp: 100 + i })));
    await told('production by sink: in-0@1 k=bad at 101 h=-');
    expect(await app.values('out', 3)).toEqual(['a', 'c', 'd']);
  });

  it('because Kafka refuses a change of a store, is the changelog record', async () => {
    await start(
      (records) =>
        records.groupByKey().reduce((_, value) => (value === 'bad' ? large : value), { materialized: { store: 'rows', ...text } }),
      { productionHandler: 'continue', producer: { maxRequestSize: 5_000 } },
    );
    await app.send('in', ...['a', 'bad', 'c'].map((value, i) => ({ value, timestamp: 100 + i })));
    await told('production by rows: app-rows-changelog-0@-1 k=xxxxxxxxxxxx at 101 h=-');
  });

  it('leaves a dead letter with its own bytes, place and headers', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', { key: serdes.string, value: serdes.json<{ n: string }>(), name: 'source' })
      .mapValues(({ n }) => (n === 'large' ? large : fails(n)))
      .to('out', text);
    await app.started(builder.build(), {
      onDropped,
      deserializationHandler: 'continue',
      processingHandler: 'continue',
      productionHandler: 'continue',
      deadLetterTopic: 'letters',
      producer: { maxRequestSize: 5_000 },
    });
    await app.send(
      'in',
      ...['{"n":"a"}', 'broken', '{"n":"bad"}', '{"n":"b"}', '{"n":"large"}', '{"n":"c"}'].map((value, i) => ({
        key: `k${i}`,
        value,
        timestamp: 100 + i,
      })),
    );
    const letters = (await app.read('letters', 3)).map(({ key, value, timestamp, headers }) =>
      [
        String(key),
        String(value),
        timestamp,
        String(headers.get('__streams.errors.topic')),
        String(headers.get('__streams.errors.offset')),
      ].join(' '),
    );
    expect(letters.sort()).toEqual(['k1 broken 101 in 1', 'k2 {"n":"bad"} 102 in 2', 'k4 {"n":"large"} 104 in 4']);
  });

  it('does not stop the task when onDropped fails: the failure is logged', async () => {
    const logged: string[] = [];
    const log = (message: string) => void logged.push(message);
    let calls = 0;
    await start((records) => records.mapValues(fails, { name: 'mapper' }).to('out', text), {
      onDropped: () => {
        calls++;
        if (calls === 1) throw new Error('no disk');
        return Promise.reject(new Error('no network'));
      },
      logger: { debug() {}, info() {}, warn() {}, error: log },
    });
    await app.sendValues('in', 'bad', 'bad', 'good');
    expect(await app.values('out', 1)).toEqual(['good']);
    await until(() => logged.length === 2);
    expect(logged).toEqual(['onDropped failed: no disk', 'onDropped failed: no network']);
  });
});

const sides = { key: serdes.string, left: serdes.string, right: serdes.string };
