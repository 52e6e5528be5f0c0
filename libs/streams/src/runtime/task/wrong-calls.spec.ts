import { OuzelError, serdes, StreamRecord, Stores, StreamsBuilder, type KeyValueStoreView, type ProcessorContext } from '../../index.js';
import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';

type Context = ProcessorContext<string, string>;
type Call = (context: Context, record: StreamRecord<string, string>) => unknown;

/** A processor with a class, as a user writes it. */
class Payments {
  private context!: Context;

  constructor(
    private readonly onRecord: Call,
    private readonly onInit: (context: Context) => unknown,
  ) {}

  init(context: Context): void {
    this.context = context;
    this.onInit(context);
  }

  process(record: StreamRecord<string, string>): void {
    this.onRecord(this.context, record);
  }
}

const stores = [
  Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('rows'), serdes.string, serdes.string),
  Stores.timestampedKeyValueStoreBuilder(Stores.persistentKeyValueStore('timed'), serdes.string, serdes.string),
  Stores.windowStoreBuilder(Stores.persistentWindowStore('windows', { retention: '1h', size: '10m' }), serdes.string, serdes.string),
  Stores.windowStoreBuilder(
    Stores.persistentWindowStore('twice', { retention: '1h', size: '10m', retainDuplicates: true }),
    serdes.string,
    serdes.string,
  ),
  Stores.sessionStoreBuilder(Stores.persistentSessionStore('sessions', { retention: '1h' }), serdes.string, serdes.string),
  Stores.versionedKeyValueStoreBuilder(
    Stores.persistentVersionedKeyValueStore('versions', { history: '1h' }),
    serdes.string,
    serdes.string,
  ),
];

describe('A call of user code with wrong arguments', () => {
  const app = EmbeddedApp.use('in', 'out');

  async function failureOf(onRecord: Call, onInit: (context: Context) => unknown = () => {}): Promise<string> {
    const builder = new StreamsBuilder();
    for (const store of stores) builder.addStateStore(store);
    builder
      .stream('in', text)
      .process<string, string>(() => new Payments(onRecord, onInit), { name: 'pay', stores: stores.map(({ name }) => name) })
      .to('out', text);
    const streams = await app.started(builder.build());
    await app.sendValues('in', 'a');
    await until(() => streams.state === 'ERROR');
    return streams.status().failure!.message;
  }

  const plain = { key: 'k', value: 'v', timestamp: 1 };

  it.each<[string, unknown, string]>([
    ['a plain object', plain, 'a plain object instead of a StreamRecord'],
    ['null', null, 'null instead of a StreamRecord'],
    ['nothing', undefined, 'undefined instead of a StreamRecord'],
    ['a list', [plain], 'an array instead of a StreamRecord'],
    ['a promise', Promise.resolve(plain), 'a promise instead of a StreamRecord'],
    ['headers that are none', new StreamRecord('k', 'v', 1, { a: 'b' } as never), 'a record whose headers are a plain object'],
    ['no headers', new StreamRecord('k', 'v', 1, null as never), 'a record whose headers are null'],
    ['a date', new StreamRecord('k', 'v', new Date() as never), 'a record whose timestamp is an object of class Date'],
  ])('forwards %s, and learns where and what to do', async (_, forwarded, what) => {
    const failure = await failureOf((context) => context.forward(forwarded as never));
    expect(failure).toContain(`Payments forwarded ${what}`);
    expect(failure).toContain('pay of task 0_0, in-0@0');
    expect(failure).toMatch(/Pass a StreamRecord: record\.withValue\(…\)|A timestamp is a whole number/);
  });

  it.each<[string, readonly unknown[], RegExp]>([
    ['a duration', ['soon', 'stream-time', () => {}], /"soon" is not a duration at interval of schedule in pay/],
    ['a type', ['1s', 'PUNCTUATE', () => {}], /schedule needs the type 'stream-time' or 'wall-clock-time', not 'PUNCTUATE' at pay/],
    ['arguments in this order', ['1s', () => {}, 'stream-time'], /schedule needs the type .*, not a function at pay/],
    ['a callback', ['1s', 'stream-time'], /schedule needs a function to call, not undefined at pay/],
    ['a start', ['1s', 'stream-time', () => {}, { startTime: 'now' }], /schedule needs a start time .*, not a value of type string at pay/],
  ])('schedules without %s', async (_, given, message) => {
    const schedule = (context: Context) => (context.schedule as (...all: readonly unknown[]) => unknown).call(context, ...given);
    expect(await failureOf(() => {}, schedule)).toMatch(message);
  });

  type Store = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;

  it.each<[string, string, (store: Store) => unknown, RegExp]>([
    ['put without a key', 'rows', (store) => store.put!(null, 'v'), /put of store "rows": a key must not be null/],
    ['get without a key', 'rows', (store) => store.get!(), /get of store "rows": a key must not be undefined/],
    [
      'delete of a number',
      'rows',
      (store) => store.delete!(5),
      /delete of store "rows": the serde does not take the key: a value of type number/,
    ],
    ['putIfAbsent without a key', 'rows', (store) => store.putIfAbsent!(null, 'v'), /putIfAbsent of store "rows": a key must not be null/],
    ['range from an object', 'rows', (store) => store.range!({}, 'z'), /range of store "rows": the serde does not take the key: .* object/],
    [
      'putAll of an object',
      'rows',
      (store) => store.putAll!({ a: 1 }),
      /putAll of store "rows": an array .* is wanted, not a plain object/,
    ],
    [
      'putAll of objects',
      'rows',
      (store) => store.putAll!([plain]),
      /putAll of store "rows": a pair \[key, value\] is wanted, not a plain object/,
    ],
    [
      'prefixScan of a number',
      'rows',
      (store) => store.prefixScan!(5),
      /prefixScan of store "rows": .* a string or a Buffer, not .* number/,
    ],
    ['prefixScan of nothing', 'rows', (store) => store.prefixScan!(null), /prefixScan of store "rows": .* a string or a Buffer, not null/],
    ['put without a timestamp', 'timed', (store) => store.put!('k', 'v'), /whole number .* not undefined .*takes \{ value, timestamp \}/],
    ['put of a date', 'timed', (store) => store.put!('k', { value: 'v', timestamp: new Date() }), /not an object of class Date/],
    [
      'put without a window',
      'windows',
      (store) => store.put!('k', 'v'),
      /put of store "windows": the start of the window .* not undefined/,
    ],
    [
      'fetch of a text',
      'windows',
      (store) => store.fetch!('k', 'x'),
      /fetch of store "windows": the start of the window .* not a value of type string/,
    ],
    ['fetch with duplicates', 'twice', (store) => store.fetch!('k', NaN), /fetch of store "twice": the start of the window .* not NaN/],
    ['fetchAll of nothing', 'windows', (store) => store.fetchAll!(), /fetchAll of store "windows": the earliest start .* not undefined/],
    ['put of no session', 'sessions', (store) => store.put!('k', 'v'), /put of store "sessions": a session is wanted, not .* string/],
    [
      'put of a session that ends first',
      'sessions',
      (store) => store.put!({ key: 'k', window: { start: 5, end: 2 } }, 'v'),
      /put of store "sessions": the session ends at 2, before it starts at 5/,
    ],
    ['remove of no session', 'sessions', (store) => store.remove!('k'), /remove of store "sessions": a session is wanted/],
    [
      'findSessions by a date',
      'sessions',
      (store) => store.findSessions!('k', new Date(), 5),
      /findSessions of store "sessions": the earliest end/,
    ],
    ['fetch without a key', 'sessions', (store) => store.fetch!(), /fetch of store "sessions": a key must not be undefined/],
    ['put of an open session', 'sessions', (store) => store.put!({ key: 'k', window: { start: 1 } }, 'v'), /the end of the session/],
    ['put without a time', 'versions', (store) => store.put!('k', 'v'), /put of store "versions": the timestamp .* not undefined/],
    ['delete at no time', 'versions', (store) => store.delete!('k', NaN), /delete of store "versions": the timestamp .* not NaN/],
    ['get as of a text', 'versions', (store) => store.get!('k', 'x'), /get of store "versions": the time of the version .* string/],
  ])('uses a store: %s', async (_, name, call, message) => {
    const failure = await failureOf((context) => call(context.getStateStore(name)));
    expect(failure).toMatch(message);
    expect(failure).toContain('pay of task 0_0, in-0@0');
  });

  async function refusalOf(name: string, call: (view: Store) => unknown): Promise<string> {
    const builder = new StreamsBuilder();
    for (const store of stores) builder.addStateStore(store);
    builder.stream('in', text).process(() => ({ process: () => {} }), { stores: stores.map((store) => store.name) });
    const streams = await app.started(builder.build());
    const read = async () => {
      const result = await call(streams.store(name) as never);
      for await (const entry of result as AsyncIterable<unknown>) return entry;
      return undefined;
    };
    const refusal: unknown = await read().catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(OuzelError);
    return (refusal as OuzelError).message;
  }

  it.each<[string, string, (view: Store) => unknown, RegExp]>([
    ['get without a key', 'rows', (view) => view.get!(null), /get of store "rows": a key must not be null/],
    ['get of a number', 'rows', (view) => view.get!(5), /get of store "rows": the serde does not take the key: a value of type number/],
    ['prefixScan of nothing', 'rows', (view) => view.prefixScan!(null), /prefixScan of store "rows": .* a string or a Buffer, not null/],
    ['range from a number', 'rows', (view) => view.range!(5, null), /range of store "rows": the serde does not take the key/],
    ['all with a limit that is none', 'rows', (view) => view.all!({ limit: NaN }), /all of store "rows": the limit .* not NaN/],
    ['fetch without a key', 'windows', (view) => view.fetch!(undefined, 0), /fetch of store "windows": a key must not be undefined/],
    ['fetch of a text', 'windows', (view) => view.fetch!('k', '0'), /fetch of store "windows": the start of the window .* string/],
    ['fetch of no number', 'windows', (view) => view.fetch!('k', NaN), /fetch of store "windows": the start of the window .* NaN/],
    ['fetch of a time without end', 'windows', (view) => view.fetch!('k', Infinity), /fetch of store "windows": .* Infinity/],
    ['fetch with duplicates', 'twice', (view) => view.fetch!('k', NaN), /fetch of store "twice": the start of the window .* NaN/],
    ['fetchRange by a date', 'windows', (view) => view.fetchRange!('k', 'k', new Date(), 5), /fetchRange of store "windows": the earliest/],
    ['fetchSession of a big integer', 'sessions', (view) => view.fetchSession!('k', 1n, 2), /fetchSession of store "sessions": .* bigint/],
    [
      'fetchSession of no number',
      'sessions',
      (view) => view.fetchSession!('k', 1, NaN),
      /fetchSession of store "sessions": the end .* NaN/,
    ],
    ['findSessions without times', 'sessions', (view) => view.findSessions!('k'), /findSessions of store "sessions": the earliest end/],
    ['get as of a text', 'versions', (view) => view.get!('k', 'x'), /get of store "versions": the time of the version .* string/],
  ])('asks a view: %s', async (_, name, call, message) => {
    expect(await refusalOf(name, call)).toMatch(message);
  });

  it('asks a view with null for no options, and learns all rows', async () => {
    const builder = new StreamsBuilder();
    builder.table('in', { ...text, materialized: { store: 'table' } });
    const streams = await app.started(builder.build());
    await app.send('in', { key: 'k', value: 'v' });
    await until(async () => (await app.valueOf(streams, 'table', 'k')) === 'v');
    const view = streams.store('table') as KeyValueStoreView<string, string>;
    const rows = [];
    for await (const row of view.all(null as never)) rows.push(row);
    expect(rows).toEqual([['k', 'v']]);
  });

  it('asks for a store that it has not, by whatever name', async () => {
    expect(await failureOf((context) => context.getStateStore(Symbol('rows') as never))).toMatch(
      /store "Symbol\(rows\)" is not connected to this processor at pay .*It is connected to: rows/,
    );
  });

  it.each([
    ['init', { init: 5, process() {} }],
    ['close', { close: 'now', process() {} }],
  ])('is a processor whose %s is no method', async (method, made) => {
    const builder = new StreamsBuilder();
    builder.stream('in', text).process((() => made) as never, { name: 'pay' });
    const streams = await app.started(builder.build());
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure!.message).toMatch(new RegExp(`\`${method}\` of a processor is a value of type .*, not a method.*pay`));
  });

  it.each<[string, () => unknown]>([
    ['an object without a prototype', () => Object.create(null) as unknown],
    ['an object whose text fails', () => ({ toString: () => ({}) })],
  ])('throws %s, which stops the client by an error of its own', async (_, thrown) => {
    const builder = new StreamsBuilder();
    builder.stream('in', text).asyncMapValues(() => Promise.reject(thrown() as Error), { name: 'pay' });
    const streams = await app.started(builder.build());
    await app.sendValues('in', 'a');
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure!.message).toContain('a value of type object that has no text at pay of task 0_0, in-0@0');
  });
});
