import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KafkaDriver } from '@ouzel/kafka';
import { KafkaStreams, serdes, silentLogger, StreamsBuilder } from '@ouzel/streams';
import { Program, type Ended } from '../program.js';
import { connectedDriver, eventually, fresh, sharedBrokers } from './real-kafka.js';

const root = resolve(import.meta.dirname, '../..');
const brokers = sharedBrokers();
const text = { key: serdes.string, value: serdes.string };

describe('the command line on a real Kafka, while an application runs', () => {
  let driver: KafkaDriver & AsyncDisposable;
  let folder: string;
  let name: string;
  let module: string;
  let streams: KafkaStreams;

  beforeEach(async () => {
    driver = await connectedDriver(brokers);
    folder = await mkdtemp(join(tmpdir(), 'ouzel-command-line-'));
    name = fresh('command-line');
    const topics = ['in', 'out', 'dead'].map((topic) => ({ topic: `${name}-${topic}`, partitions: 2, replicationFactor: -1, config: {} }));
    await driver.admin.createTopics(topics);
    module = join(folder, 'app.mjs');
    await writeFile(module, moduleText());
    streams = new KafkaStreams(topology(), {
      ...config(),
      processingHandler: 'continue',
      stateDirectory: join(folder, 'state'),
      commitInterval: 50,
    });
    await streams.start();
  });
  afterEach(async () => {
    await streams.close();
    await driver.close();
    await rm(folder, { recursive: true, force: true });
  });

  const config = () => ({ applicationId: name, kafka: { brokers }, deadLetterTopic: `${name}-dead`, logger: silentLogger });

  /** Counts values, and gives up those that are bad. */
  function topology() {
    const builder = new StreamsBuilder();
    builder
      .stream(`${name}-in`, text)
      .peek((value) => {
        if (value === 'bad') throw new TypeError('it is bad');
      })
      .groupByKey(text)
      .count({ materialized: { store: 'counts' } })
      .toStream()
      .to(`${name}-out`, { key: serdes.string, value: serdes.long });
    return builder.build();
  }

  /** The same names and serdes, in a file of their own. */
  function moduleText(): string {
    const entry = pathToFileURL(join(root, 'libs/streams/dist/index.js')).href;
    return `import { serdes, StreamsBuilder } from ${JSON.stringify(entry)};
      const text = { key: serdes.string, value: serdes.string };
      const builder = new StreamsBuilder();
      builder.stream('${name}-in', text).groupByKey(text).count({ materialized: { store: 'counts' } })
        .toStream().to('${name}-out', { key: serdes.string, value: serdes.long });
      export const topology = builder.build();
      export const config = { applicationId: '${name}', deadLetterTopic: '${name}-dead', kafka: { brokers: ${JSON.stringify(brokers)} } };`;
  }

  const ouzel = (...args: readonly string[]): Promise<Ended> =>
    new Program(process.execPath, ['libs/cli/dist/bin.js', ...args], { folder: root }).ended;
  const json = async (...args: readonly string[]): Promise<unknown> => {
    const { code, output } = await ouzel(...args, '--app', module, '--json');
    expect([code, output]).toEqual([0, expect.anything()]);
    return JSON.parse(output) as unknown;
  };
  const lag = async () => ((await json('lag', '--topics', `${name}-in`)) as { readonly lags: readonly { readonly lag: number }[] }).lags;

  it('writes and reads records, and shows lag, groups and stores', async () => {
    for (const value of ['a', 'b']) await json('produce', `${name}-in`, '--key', 'ann', '--value', value);
    await eventually(async () => ((await lag()).every(({ lag: left }) => left === 0) ? true : undefined));
    expect(await json('stores', 'get', 'counts', 'ann')).toMatchObject([{ key: 'ann', value: 2 }]);
    expect(await json('consume', `${name}-out`, '--last', '1')).toMatchObject({ key: 'ann', value: 2 });
    const { output } = await ouzel('groups', '--brokers', brokers.join(), '--members', '--json');
    const group = (JSON.parse(output) as { group: string; members: unknown[] }[]).find((listed) => listed.group === name);
    expect(group?.members).toMatchObject([{ memberId: streams.status().memberId, clientId: name }]);
  }, 90_000);

  it('shows dead letters, and replays them', async () => {
    await json('produce', `${name}-in`, '--key', 'ann', '--value', 'bad');
    const listed = () => json('dlq', 'list') as Promise<readonly { readonly partition: number; readonly offset: number }[]>;
    const [letter] = await eventually(async () => ((await listed()).length === 1 ? listed() : undefined));
    expect(letter).toMatchObject({ exception: 'TypeError', message: 'it is bad', origin: { topic: `${name}-in`, offset: 0 } });
    const place = `${letter!.partition}@${letter!.offset}`;
    expect(await json('dlq', 'replay', place)).toMatchObject({ replayed: [{ to: { topic: `${name}-in`, offset: 1 } }] });
    const again = await eventually(async () => ((await listed()).length === 2 ? listed() : undefined));
    expect(again).toContainEqual(expect.objectContaining({ replayOf: [`${name}-dead-${place}`] }));
  }, 90_000);
});
