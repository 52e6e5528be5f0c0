import {
  serdes,
  Stores,
  StreamsBuilder,
  tumbling,
  untilWindowCloses,
  within,
  session,
  type KStream,
  type Topology,
  type Windowed,
} from '@ouzel/streams';
import { TopologyTestDriver } from '../index.js';

const text = { key: serdes.string, value: serdes.string };
const window = tumbling('10s', { grace: '5s' });

function counting(count: (stream: KStream<string, string>) => { toStream(): KStream<Windowed<string>, number> }): Topology {
  const builder = new StreamsBuilder();
  count(builder.stream('in', text))
    .toStream()
    .map((value, { key, window: { start, end } }) => [`${key}[${start},${end}]`, String(value)])
    .to('out', text);
  return builder.build();
}

const suppressed = () => counting((stream) => stream.groupByKey().windowedBy(window).count().suppress(untilWindowCloses()));
const emittedOnClose = () => counting((stream) => stream.groupByKey().windowedBy(window).emitStrategy('close').count());
const sessions = () =>
  counting((stream) =>
    stream
      .groupByKey()
      .windowedBy(session('10s', { grace: '5s' }))
      .count()
      .suppress(untilWindowCloses()),
  );

function open(topology: Topology, config: Record<string, unknown> = {}) {
  const driver = new TopologyTestDriver(topology, { idleSourceTimeout: '20s', ...config });
  return {
    driver,
    input: driver.createInputTopic('in', serdes.string, serdes.string),
    output: driver.createOutputTopic('out', serdes.string, serdes.string),
  };
}

describe('idleSourceTimeout', () => {
  it.each([
    ['suppression', suppressed, 'a[0,10000]'],
    ['emission on close', emittedOnClose, 'a[0,10000]'],
    ['suppression of sessions', sessions, 'a[1000,2000]'],
  ])('closes windows by the wall clock when no input delivers: %s', async (_, topology, key) => {
    const { driver, input, output } = open(topology());
    await input.pipeKeyValue('a', 'x', 1_000);
    await input.pipeKeyValue('a', 'y', 2_000);
    await driver.advanceWallClock('19s');
    expect(output.readKeyValues()).toEqual([]);
    await driver.advanceWallClock('1s');
    expect(output.readKeyValues()).toEqual([[key, '2']]);
    await driver.advanceWallClock('1h');
    expect(output.readKeyValues()).toEqual([]);
    await driver.close();
  });

  it('waits as long on the wall clock as event time is short of the end of the window', async () => {
    const { driver, input, output } = open(suppressed(), { idleSourceTimeout: '1s' });
    await input.pipeKeyValue('a', 'x', 2_000);
    await driver.advanceWallClock('12s');
    expect(output.readKeyValues()).toEqual([]);
    await driver.advanceWallClock('1s');
    expect(output.readKeyValues()).toEqual([['a[0,10000]', '1']]);
    await driver.close();
  });

  it('begins anew with each record', async () => {
    const { driver, input, output } = open(suppressed());
    await input.pipeKeyValue('a', 'x', 9_000);
    await driver.advanceWallClock('19s');
    await input.pipeKeyValue('a', 'y', 9_000);
    await driver.advanceWallClock('19s');
    expect(output.readKeyValues()).toEqual([]);
    await driver.close();
  });

  it('counts as late what comes for a window that it closed, and emits its result once', async () => {
    const { driver, input, output } = open(suppressed());
    await input.pipeKeyValue('a', 'x', 1_000);
    await driver.advanceWallClock('20s');
    await input.pipeKeyValue('a', 'y', 2_000);
    await driver.advanceWallClock('20s');
    expect(output.readKeyValues()).toEqual([['a[0,10000]', '1']]);
    expect(driver.dropped.get('late')).toBe(1);
    await driver.close();
  });

  it('forwards what found no match in an outer join of streams', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .outerJoin(builder.stream('other', text), (left, right) => `${left}+${right}`, {
        window: within('10s', { grace: '5s' }),
        ...text,
        left: serdes.string,
        right: serdes.string,
      })
      .to('out', text);
    const { driver, input, output } = open(builder.build());
    await input.pipeKeyValue('a', 'l', 1_000);
    await driver.createInputTopic('other', serdes.string, serdes.string).pipeKeyValue('b', 'r', 1_000);
    expect(output.readKeyValues()).toEqual([]);
    await driver.advanceWallClock('20s');
    expect(output.readKeyValues()).toEqual([
      ['b', 'null+r'],
      ['a', 'l+null'],
    ]);
    await driver.close();
  });

  it('joins what waits for the versions of a table', async () => {
    const builder = new StreamsBuilder();
    const versions = Stores.persistentVersionedKeyValueStore('versions', { history: '10m' });
    builder
      .stream('in', text)
      .join(builder.table('other', { ...text, materialized: { store: versions } }), (left, right) => `${left}+${right}`, {
        ...text,
        left: serdes.string,
        right: serdes.string,
        grace: '15s',
      })
      .to('out', text);
    const { driver, input, output } = open(builder.build());
    await driver.createInputTopic('other', serdes.string, serdes.string).pipeKeyValue('a', 'r', 500);
    await input.pipeKeyValue('a', 'l', 1_000);
    expect(output.readKeyValues()).toEqual([]);
    await driver.advanceWallClock('20s');
    expect(output.readKeyValues()).toEqual([['a', 'l+r']]);
    await driver.close();
  });

  it('is off by default: no time passes but what records say', async () => {
    const { driver, input, output } = open(suppressed(), { idleSourceTimeout: 0 });
    await input.pipeKeyValue('a', 'x', 1_000);
    await driver.advanceWallClock('1d');
    expect(output.readKeyValues()).toEqual([]);
    await driver.close();
  });
});
