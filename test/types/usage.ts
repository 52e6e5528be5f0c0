/* eslint-disable -- shows what compiles, not how to write it */
// The unusual corners of the public types. It is compiled and never run: when it does not compile, the public surface
// has changed.
import * as ouzel from '@ouzel/streams';
import {
  StreamsBuilder,
  Topology,
  Stores,
  serdes,
  timestamps,
  tumbling,
  hopping,
  sliding,
  session,
  unlimited,
  within,
  untilWindowCloses,
  untilTimeLimit,
  type KTable,
  type Processor,
  type ProcessorContext,
  type ValueTransformer,
  type ProcessingContext,
  type KeyValueStore,
  type WindowStore,
  type SessionStore,
  type VersionedKeyValueStore,
  type TimestampedKeyValueStore,
  type StreamRecord,
  type TopologyConfig,
  type ProcessingHandler,
  type ProductionHandler,
} from '@ouzel/streams';
const config: TopologyConfig = {};
const b = new StreamsBuilder(config);
const S = { key: serdes.string, value: serdes.string };
const L = { key: serdes.string, value: serdes.long };
const pair = (l: string | null, r: string | null) => l + ',' + r;
const store = (name: string) => ({ materialized: { store: name, ...S } });
const versioned = (name: string, history: number, segment?: number) => ({
  materialized: { store: Stores.persistentVersionedKeyValueStore(name, { history, ...(segment ? { segment } : {}) }), ...S },
});
// foreign keys: all overloads, strict inference
const FK = (value: string) => (value.includes('|') ? value.slice(0, value.indexOf('|')) : null);
const l = b.table('L', { ...S, materialized: { store: 'lt' } }),
  r = b.table('R', S);
l.join(r, pair, { foreignKey: FK });
l.leftJoin(r, (x, y) => x + y, { name: 'foo', foreignKey: (v, k) => k.slice(0, 1) + v.slice(0, 1), ...store('res') })
  .toStream()
  .to('out', S);
l.join(r, pair, { foreignKey: FK, name: 'p', partitioner: (_v, _k, _topic, _n) => 0, otherPartitioner: () => [0] });
export const typed: KTable<number, string> = b
  .table('LL', { key: serdes.long, value: serdes.string })
  .join(b.table('RR', { key: serdes.int, value: serdes.string }), (a, c) => a + c, { foreignKey: (v) => Number(v) });
l.join(r, (a, c) => (a === c ? null : a + c), store('res2'));
l.outerJoin(r, pair, { name: 'n', materialized: {} });
// null results
b.stream('in', S)
  .groupByKey()
  .aggregate(
    () => '0',
    (all, v) => (v === 'del' ? null : all + v),
    store('a'),
  );
b.stream('in', S)
  .groupByKey()
  .reduce((all, v) => (v === 'del' ? null : all + v));
b.stream('in', S)
  .groupBy((v) => (v.startsWith('x') ? null : v[0]!))
  .count();
l.groupBy((v, _k) => (v.startsWith('nokey') ? [null, v] : v.startsWith('novalue') ? ['g', null] : ['g', v]), S).aggregate(
  () => '0',
  (all, v) => all + v,
  (all, v) => all + '-' + v,
  store('agg'),
);
// sources
b.stream('ts', { ...S, timestamp: (record, partitionTime) => (record.value === 'partition-time' ? partitionTime : Number(record.value)) });
b.stream('ts', { ...S, timestamp: timestamps.skipInvalid });
b.stream(/in-\d+/, S);
b.stream(['a', 'b'], S);
b.stream('x').to(
  (_v, k, record, at) => `out-${k}-${at?.topic}-${at?.partition}-${at?.offset}-${record.timestamp}-${record.headers.size}`,
  S,
);
b.stream('x', S).to('out', { ...S, partitioner: (v, _k, _topic, n) => (v === 'default' ? undefined : v === 'drop' ? [] : [n - 1]) });
// split
const sp = b
  .stream('x', S)
  .split({ name: 'sp-' })
  .branch((_v) => true, { name: 'A' })
  .branch((v) => v > 'b')
  .defaultBranch({ name: 'rest' });
sp['sp-A']!.merge(sp['sp-2']!).to('out');
for (const [name, branch] of Object.entries(
  b
    .stream('x', S)
    .split()
    .branch((_v, k) => k === 'A', { to: (s) => s.to('out-a', S) })
    .branch((_v) => true, { name: 'loud', to: (s) => s.mapValues((v) => v + '!') })
    .noDefaultBranch(),
))
  branch.to('out-' + name, S);
// tables
class Counting implements ValueTransformer<string, string, string | null> {
  private calls!: KeyValueStore<string, number>;
  init(context: ProcessingContext) {
    this.calls = context.getStateStore('calls');
  }
  transform(value: string, key: string) {
    if (value === null) return null;
    this.calls.put(key, (this.calls.get(key) ?? 0) + 1);
    return value + '#' + this.calls.get(key);
  }
}
l.transformValues(() => new Counting(), { ...store('result'), name: 'counting', stores: ['calls'] })
  .toStream((_v, k) => k, { name: 'x' })
  .groupByKey(S)
  .count();
l.suppress(untilTimeLimit(10, { maxRecords: 3 })).toStream();
l.suppress(untilTimeLimit(1000, { maxRecords: 2, whenFull: 'shut-down', logging: false }), { name: 'x' });
l.suppress(untilTimeLimit(10, { maxBytes: 120, logging: { 'segment.bytes': '1000000' } }));
b.table('m', { ...S, materialized: { store: Stores.inMemoryKeyValueStore('t'), ...S, logging: false, caching: false } });
b.table('w', { key: serdes.timeWindowed(serdes.string, 10), value: serdes.string }).suppress(untilWindowCloses());
// joins
const ls = b.stream('L', S),
  rs = b.stream('R', S);
ls.outerJoin(rs, (a, c, k) => k + ':' + a + c, {
  window: within(0, { before: 2, after: 8, grace: 4 }),
  ...{ key: serdes.string, left: serdes.string, right: serdes.string },
  name: 'J',
  store: 'S',
  logging: { 'segment.bytes': '1' },
});
ls.join(rs, pair, {
  window: within(10, { before: -1, grace: 0 }),
  leftStore: Stores.inMemoryWindowStore('lw', { retention: 25, size: 20, retainDuplicates: true }),
  rightStore: Stores.persistentWindowStore('rw', { retention: 25, size: 20, retainDuplicates: true }),
});
ls.leftJoin(rs, pair, { window: within(10), type: 'in-memory', logging: false });
ls.leftJoin(b.globalTable('g', { ...S, name: 'global', materialized: { store: 'gs' } }), pair, {
  on: (v) => (v === 'n' ? null : v),
  name: 'enrich',
});
ls.join(b.table('v', { ...S, ...versioned('tbl', 100, 10) }), pair, { name: 'graced', grace: 10 });
ls.join(ls.groupByKey().count(), (v, n) => v + ':' + n, { key: serdes.string, left: serdes.string, right: serdes.long });
// windows
const g = ls.groupByKey(S);
g.windowedBy(unlimited({ start: 50 }))
  .count({ materialized: { store: 'w', ...L } })
  .toStream()
  .to('out', { key: serdes.timeWindowed(serdes.string, Number.MAX_SAFE_INTEGER), value: serdes.long });
g.windowedBy(hopping(10, 5, { grace: 3 }))
  .emitStrategy('close')
  .count({ name: 'counter', materialized: { store: 'w', retention: 1000 } });
g.windowedBy(session(5)).aggregate(
  () => '0',
  (all, v) => (v === 'del' ? null : all + v),
  (x, y) => `(${x}|${y})`,
  { name: 'n', materialized: { store: 's' } },
);
g.windowedBy(tumbling(10))
  .count()
  .groupBy((n, w) => ['n' + n, w.key], S)
  .aggregate(
    () => '0',
    (all, v) => all + v,
    (all, v) => all + v,
  );
g.windowedBy(tumbling(10)).count({ materialized: { store: Stores.inMemoryWindowStore('w', { retention: 1000, size: 10 }), ...L } });
g.cogroup<string>((all, v) => all + v)
  .cogroup(g, (all, v) => (v === 'del' ? null : all))
  .windowedBy(sliding(10))
  .aggregate(() => '0', { name: 'slid' });
g.cogroup<string>((all, v) => all + v)
  .windowedBy(session(5))
  .aggregate(
    () => '0',
    (x, y) => x + y,
    { materialized: { store: 's' } },
  );
// processors and stores
class Commands implements Processor<string, string, string, string | null> {
  private context!: ProcessorContext<string, string | null>;
  init(context: ProcessorContext<string, string | null>) {
    this.context = context;
    const once = context.schedule(
      10,
      'stream-time',
      (now) => {
        context.forward(new ouzel.StreamRecord('k', 't' + now + context.recordMetadata, now));
        once.cancel();
      },
      { startTime: 25 },
    );
  }
  async process(record: StreamRecord<string, string>) {
    const kv = this.context.getStateStore<KeyValueStore<string, string>>('store'),
      w = this.context.getStateStore<WindowStore<string, string>>('store'),
      ss = this.context.getStateStore<SessionStore<string, string>>('store'),
      v = this.context.getStateStore<VersionedKeyValueStore<string, string>>('store'),
      t = this.context.getStateStore<TimestampedKeyValueStore<string, string>>('store');
    kv.putAll([
      ['x', '1'],
      ['c', null],
    ]);
    kv.putIfAbsent('a', '9');
    kv.range('a', null, { reverse: true });
    kv.prefixScan('a');
    kv.all();
    t.put('a', { value: '1', timestamp: 100 });
    t.delete('a')?.timestamp;
    w.put('a', null, 150);
    w.fetch('a', 100);
    w.fetchRange(null, null, 0, 1000, { reverse: true });
    w.fetchAll(1, 2);
    ss.put({ key: 'a', window: { start: 1, end: 2 } }, null);
    ss.fetch(null, null);
    ss.fetch('a', undefined, { reverse: true });
    ss.findSessions('a', 20, 30, { reverse: true });
    ss.findSessionsRange('a', 'b', 0, 14, { reverse: true });
    const put: string = String(v.put('a', null, 170) ?? '-9223372036854775808');
    v.get('a', 99)?.validTo;
    const found: string[] = [put];
    for await (const [key, value] of ss.fetch(null, null)) found.push(`${key.key}@${key.window.start}=${value}`);
    await this.context.forward(
      record.with({ value: found.join(), timestamp: record.timestamp + 1, headers: record.headers.with('n', '1') }),
      'child',
    );
  }
}
b.addStateStore(
  Stores.keyValueStoreBuilder(Stores.lruMap('store', 3), serdes.string, serdes.string).withCaching(true).withLogging({ a: 'b' }),
);
b.stream('in', S)
  .process(() => new Commands(), { stores: ['store'] })
  .to('out', S);
b.stream('in', S).process(
  {
    get: () => new Commands(),
    stores: [Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('seen'), serdes.string, serdes.string)],
  },
  { name: 'dedup' },
);
class Writing implements Processor<string, string, void, void> {
  private s!: KeyValueStore<string, string>;
  init(c: ProcessingContext) {
    this.s = c.getStateStore('g');
  }
  process(r: StreamRecord<string, string>) {
    this.s.put(r.key, r.value);
  }
}
b.addGlobalStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('names'), serdes.string, serdes.string).withLogging(false), 'G', {
  ...S,
  processor: () => new Writing(),
});
const names = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('names'), serdes.string, serdes.string);
new Topology()
  .addSource('s', ['in', 'in2'], S)
  .addProcessor('p', () => new Commands(), ['s'])
  .addStateStore(names, ['p'])
  .addSink('k', (_v, _k, _record, at) => 'upper-' + at?.topic, { ...S, parents: ['p'] })
  .addReadOnlyStateStore(names, 'names-source', 'names', 'names-writer', () => new Writing(), S)
  .connectProcessorAndStateStores('p', 'names')
  .addGlobalStore(names.withLogging(false), 'gs', 'global', 'gp', () => new Writing(), S)
  .describe();
export const telling: ProcessingHandler = (error, record, at) =>
  String(record?.value).endsWith('stop')
    ? 'fail'
    : {
        verdict: 'continue',
        deadLetters: [{ topic: 'told', timestamp: 99, key: at.sourceKey, value: Buffer.from(`${at.topic} ${at.node} ${error.message}`) }],
      };
export const resuming: ProductionHandler = (_error, _record, at) => ({
  verdict: 'continue',
  deadLetters: [{ topic: 'd', timestamp: at.timestamp, key: at.sourceKey, value: at.sourceValue }],
});
