import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedded, KafkaStreams, serdes, silentLogger, StreamsBuilder, type EmbeddedKafka } from '@ouzel/streams';
import { exitCodes, run } from './index.js';

const text = { key: serdes.string, value: serdes.string };
const internal = ['app-counts-changelog', 'app-counts-repartition'];

describe('ouzel reset', () => {
  let root: string;
  beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'ouzel-cli-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const folder = () => join(root, 'kafka');
  const state = () => join(root, 'state');

  /** Runs the command line; returns how it ended and what it wrote. */
  async function ouzel(...args: readonly string[]) {
    let [out, err] = ['', ''];
    const code = await run(args, { out: (line) => void (out += line), err: (line) => void (err += line) });
    return { code, out, err };
  }
  const reset = (...args: readonly string[]) =>
    ouzel('reset', '--application-id', 'app', '--embedded', folder(), '--state-dir', state(), ...args);
  const json = (out: string) => JSON.parse(out) as Readonly<Record<string, unknown>>;

  /** Works on the embedded Kafka of the folder, which is free for others before and after. */
  async function onKafka<T>(work: (kafka: EmbeddedKafka) => Promise<T>): Promise<T> {
    const kafka = embedded({ directory: folder() });
    try {
      return await work(kafka);
    } finally {
      kafka.close();
    }
  }
  const found = () =>
    onKafka(async (kafka) => {
      const driver = kafka.createDriver({ clientId: 'test' });
      await driver.connect();
      const topics = [...(await driver.admin.topics()).keys()].sort();
      const [committed] = await driver.admin.committedOffsets('app', [{ topic: 'in', partition: 0 }]);
      await driver.close();
      return { topics, committed: committed!.offset };
    });

  /** Runs an application on three records, an hour apart, the last one now. */
  async function ran(kafka: EmbeddedKafka): Promise<void> {
    kafka.createTopics([{ topic: 'in' }, { topic: 'app-two-counts-changelog' }]);
    const builder = new StreamsBuilder();
    let counted = 0;
    builder
      .stream('in', text)
      .selectKey((value) => value)
      .groupByKey({ ...text, name: 'counts' })
      .count({ materialized: { store: 'counts' } })
      .toStream()
      .forEach((count) => void (counted = count));
    const config = { applicationId: 'app', kafka, stateDirectory: state(), commitInterval: 10, cacheMaxBytes: 0, logger: silentLogger };
    const streams = new KafkaStreams(builder.build(), config);
    await streams.start();
    const now = Date.now();
    await kafka.produce(
      'in',
      [2, 1, 0].map((hours) => ({ key: 'k', value: 'a', timestamp: now - hours * 3_600_000 })),
    );
    while (counted < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await streams.close();
  }

  it('lets an application begin anew', async () => {
    await onKafka(ran);
    const { code, out, err } = await reset('--input-topics', 'in', '--internal-topics', internal.join(', '));
    expect([code, err]).toEqual([exitCodes.done, '']);
    expect(out).toBe(
      [
        'app was reset',
        'Offsets set:',
        '  in-0: 0',
        'Topics deleted:',
        ...internal.map((topic) => `  ${topic}`),
        'Internal topics that stay:',
        '  app-two-counts-changelog',
        'Local state removed, on this machine:',
        `  ${join(state(), 'app')}`,
        '',
      ].join('\n'),
    );
    expect(await found()).toEqual({ topics: ['app-two-counts-changelog', 'in'], committed: 0 });
    expect(existsSync(join(state(), 'app'))).toBe(false);
  });

  it('only shows in a dry run what it would do, as JSON too', async () => {
    await onKafka(ran);
    const before = await found();
    const told = await reset('--input-topics', 'in', '--dry-run');
    expect(told).toMatchObject({
      code: exitCodes.done,
      out: expect.stringMatching(/^What a reset of app would do \(nothing was changed\)\n/),
    });
    const { code, out } = await reset('--input-topics', 'in', '--dry-run', '--json');
    expect([code, json(out)]).toEqual([
      exitCodes.done,
      {
        applicationId: 'app',
        inputs: [{ topic: 'in', partition: 0, offset: 0 }],
        deletedTopics: [...internal, 'app-two-counts-changelog'].sort(),
        leftTopics: [],
        stateDirectory: join(state(), 'app'),
        dryRun: true,
      },
    ]);
    expect(await found()).toEqual(before);
    expect(existsSync(join(state(), 'app'))).toBe(true);
  });

  it.each<[readonly string[], number]>([
    [[], 0],
    [['--to-earliest'], 0],
    [['--to-latest'], 3],
    [['--by-duration', 'PT90M'], 1],
    [['--by-duration', '30m'], 2],
    [['--to-datetime', '2026-01-01T00:00:00.000'], 0],
    [['--to-datetime', '2999-01-01T00:00'], 3],
    [['--to-offset', '1'], 1],
    [['--to-offset', '70'], 3],
    [['--shift-by', '-1'], 2],
    [['--shift-by', '+7'], 3],
  ])('begins where %j says', async (args, offset) => {
    await onKafka(ran);
    const { out } = await reset('--input-topics', 'in', '--json', ...args);
    expect(json(out)).toMatchObject({ inputs: [{ topic: 'in', partition: 0, offset }] });
    expect((await found()).committed).toBe(offset);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no application', ['reset'], /required option '--application-id <id>'/],
    ['no broker', ['reset', '--application-id', 'app'], /OUZEL_CONFIG: there is no address of a broker/],
    ['an illegal application', ['reset', '--application-id', '../x', '--bootstrap-server', 'a:1'], /OUZEL_CONFIG: .*applicationId/s],
    ['two beginnings', ['reset', '--application-id', 'app', '--to-latest', '--shift-by', '1'], /cannot be used with/],
    ['no time', ['reset', '--application-id', 'app', '--to-datetime', 'soon'], /'soon' is invalid/],
    ['no duration', ['reset', '--application-id', 'app', '--by-duration', 'P'], /'P' is invalid/],
    ['no number', ['reset', '--application-id', 'app', '--shift-by', '1.5'], /'1.5' is invalid/],
    ['an unknown option', ['reset', '--application-id', 'app', '--forse'], /unknown option '--forse'/],
    ['an unknown command', ['rest'], /unknown command 'rest'\n\(Did you mean reset\?\)/],
    [
      'a file that is not there',
      ['reset', '--application-id', 'app', '--command-config', '/nowhere'],
      /OUZEL_CONFIG: the file can not be read/,
    ],
  ])('ends with the code for a wrong command line: %s', async (_name, args, message) => {
    const { code, out, err } = await ouzel(...args);
    expect([code, out]).toEqual([exitCodes.usage, '']);
    expect(err).toMatch(message);
  });

  it('names every fault of the file of properties, and shows no secret of it', async () => {
    mkdirSync(root, { recursive: true });
    const file = join(root, 'client.properties');
    writeFileSync(
      file,
      'security.protocol=SASL_SSL\nsasl.mechanism=GSSAPI\nsasl.jaas.config=Module required password="hunter";\nlinger=1\n',
    );
    const { code, out, err } = await ouzel(
      'reset',
      '--application-id',
      'app',
      '--bootstrap-server',
      'a:1',
      '--command-config',
      file,
      '--json',
    );
    expect([code, out]).toEqual([exitCodes.usage, '']);
    expect(json(err)).toMatchObject({ error: { code: 'OUZEL_CONFIG' } });
    for (const fault of ['sasl.mechanism', 'linger']) expect(err).toContain(fault);
    expect(err).not.toContain('hunter');
  });

  it('fails where a topic of the inputs does not exist, and changes nothing', async () => {
    await onKafka(ran);
    const before = await found();
    const { code, err } = await reset('--input-topics', 'in,inn');
    expect([code, err]).toEqual([exitCodes.failed, 'OUZEL_TOPIC_MISSING: there is no topic inn at resetApplication: inputTopics\n']);
    expect(await found()).toEqual(before);
  });

  it('fails where another process, or another client of this one, uses the folder of the embedded Kafka', async () => {
    await onKafka(async (kafka) => {
      await ran(kafka);
      const { code, err } = await reset('--input-topics', 'in', '--json');
      expect([code, json(err)]).toMatchObject([exitCodes.failed, { error: { code: 'OUZEL_STATE_LOCKED' } }]);
    });
  });

  it('asks a person to type the application id, and does nothing otherwise', async () => {
    await onKafka(ran);
    const before = await found();
    const asking = (typed: string, ...more: readonly string[]) => {
      const questions: string[] = [];
      const ask = (question: string) => Promise.resolve((questions.push(question), typed));
      const args = ['reset', '--application-id', 'app', '--embedded', folder(), '--state-dir', state(), '--input-topics', 'in', ...more];
      return run(args, { out: () => {}, err: (line) => void questions.push(line), ask }).then((code) => ({
        code,
        asked: questions.join(''),
      }));
    };
    const refused = await asking('apq');
    expect(refused).toMatchObject({
      code: exitCodes.usage,
      asked: expect.stringMatching(/^What a reset of app would do.*Type the application id/s),
    });
    expect(await found()).toEqual(before);
    expect(await asking('', '--dry-run')).toEqual({ code: exitCodes.done, asked: '' });
    expect(await asking('', '--yes')).toEqual({ code: exitCodes.done, asked: '' });
    await onKafka(ran);
    expect((await asking('app')).code).toBe(exitCodes.done);
    expect((await found()).committed).toBe(0);
  });

  it('prints its help', async () => {
    for (const args of [['--help'], ['reset', '--help'], ['help', 'reset']]) expect((await ouzel(...args)).code).toBe(exitCodes.done);
    const { out } = await ouzel('reset', '--help');
    for (const option of ['--application-id', '--bootstrap-server', '--command-config', '--input-topics', '--internal-topics', '--dry-run'])
      expect(out).toContain(option);
  });
});
