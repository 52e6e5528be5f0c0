import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { embedded, Headers, KafkaStreams, serdes, StreamsBuilder, type KStream, type Logger, type StreamsConfig } from '@ouzel/streams';

const canary = 'canary';
const text = { key: serdes.string, value: serdes.string };
const json = { key: serdes.string, value: serdes.json<unknown>() };
const fail = (): never => {
  throw new Error('refused');
};
type Failure = readonly [name: string, build: (builder: StreamsBuilder) => unknown, config?: Partial<StreamsConfig>];
const stream = (builder: StreamsBuilder): KStream<string, string> => builder.stream('in', text);

/** Ways in which a record can fail. None of the texts of user code holds the record. */
const failures: readonly Failure[] = [
  ['a value that is no JSON', (builder) => builder.stream('in', json).forEach(() => {})],
  ['a key that is no number', (builder) => builder.stream('in', { key: serdes.long, value: serdes.string }).forEach(() => {})],
  ['a value that is no number', (builder) => builder.stream('in', { key: serdes.string, value: serdes.double }).forEach(() => {})],
  ['a mapper', (builder) => stream(builder).mapValues(fail)],
  ['a filter', (builder) => stream(builder).filter(fail)],
  ['a key selector', (builder) => stream(builder).selectKey(fail)],
  ['a mapper of many', (builder) => stream(builder).flatMapValues(fail)],
  ['an action', (builder) => stream(builder).forEach(fail)],
  ['a branch', (builder) => stream(builder).split().branch(fail).noDefaultBranch()],
  [
    'a promise where none may be',
    (builder) =>
      stream(builder)
        .mapValues(async () => Promise.resolve(''))
        .to('out', text as never),
  ],
  ['an asynchronous mapper', (builder) => stream(builder).asyncMapValues(async () => Promise.reject(new Error('refused')))],
  [
    'an aggregator',
    (builder) =>
      stream(builder)
        .groupByKey()
        .aggregate(() => '', fail, { materialized: { store: 'rows', ...text } }),
  ],
  [
    'a reducer',
    (builder) =>
      stream(builder)
        .merge(stream2(builder))
        .groupByKey()
        .reduce(fail, { materialized: { store: 'rows', ...text } }),
  ],
  ['a processor', (builder) => stream(builder).process(() => ({ process: fail }))],
  ['a processor that fails at its start', (builder) => stream(builder).process(() => ({ init: fail, process: () => {} }))],
  ['a timestamp extractor', (builder) => builder.stream('in', { ...text, timestamp: fail }).forEach(() => {})],
  ['a value that its serde can not encode', (builder) => stream(builder).to('out', { key: serdes.string, value: serdes.long as never })],
  [
    'a record that is too large',
    (builder) =>
      stream(builder)
        .mapValues((value) => value.repeat(5_000))
        .to('out', text),
    { producer: { maxRequestSize: 5_000 } },
  ],
  ['a topic that does not exist', (builder) => stream(builder).to(() => 'nowhere', text), { producer: { deliveryTimeout: 300 } }],
  ['a partitioner', (builder) => stream(builder).to('out', { ...text, partitioner: fail })],
  ['a choice of topic', (builder) => stream(builder).to(fail, text)],
  ['a row of a table that can not be decoded', (builder) => builder.table('in', { ...json, materialized: { store: 'rows' } })],
];
const stream2 = (builder: StreamsBuilder): KStream<string, string> => builder.stream('other', text);

describe('what is logged', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'ouzel-logged-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Everything that a person sees of a client whose record has failed: log at all levels, failure, status, metrics. */
  async function seenOf(build: Failure[1], config: Partial<StreamsConfig>): Promise<string> {
    const lines: string[] = [];
    const keep = (message: string, error?: Error) => void lines.push(message, inspect(error, { depth: Infinity, showHidden: true }));
    const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep };
    const kafka = embedded();
    kafka.createTopics([{ topic: 'in' }, { topic: 'out' }, { topic: 'other' }]);
    const builder = new StreamsBuilder();
    build(builder);
    const streams = new KafkaStreams(builder.build(), {
      applicationId: 'app',
      kafka,
      logger,
      stateDirectory: folder,
      commitInterval: 10,
      ...config,
    });
    await streams.start();
    const headers = Headers.of([[`${canary}-header`, `${canary}-header-value`]]);
    const record = { key: `${canary}-key`, value: `{${canary}-value`, headers };
    await kafka.produce('in', [record, record]);
    while (streams.state !== 'ERROR') await new Promise((resolve) => setTimeout(resolve, 5));
    const seen = [lines, streams, streams.status(), streams.metrics.collect(), streams.status().failure];
    await streams.close();
    kafka.close();
    return seen.map((each) => inspect(each, { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null })).join('\n');
  }

  it.each(failures.map(([name, build, config = {}]) => ({ name, build, config })))(
    'of $name shows no part of the record (X10)',
    async ({ build, config }) => {
      const seen = await seenOf(build, config);
      expect(seen).toMatch(/OUZEL_\w+: /);
      expect(seen).not.toContain(canary);
    },
  );

  it('begins one line for each message, and moves no cursor, whatever texts it holds (X10)', async () => {
    const lines: string[] = [];
    const keep = (message: string) => void lines.push(message);
    const forged = 'refused\nERROR forged\r\u001b[2J\u009b1A\u202eforged\u2028ERROR forged';
    const kafka = embedded();
    kafka.createTopics([{ topic: 'in' }]);
    const builder = new StreamsBuilder();
    stream(builder).forEach(() => {
      throw new Error(forged);
    });
    const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep };
    const streams = new KafkaStreams(builder.build(), { applicationId: 'app', kafka, logger, stateDirectory: folder });
    await streams.start();
    await kafka.produce('in', [{ key: 'k', value: 'v' }]);
    while (streams.state !== 'ERROR') await new Promise((resolve) => setTimeout(resolve, 5));
    await streams.close();
    kafka.close();
    expect(lines.join('\n')).toContain('refused\n  ERROR forged\\u000d\\u001b[2J\\u009b1A\\u202eforged\\u2028ERROR forged');
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    expect(lines.filter((line) => /^ERROR|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e]/m.test(line))).toEqual([]);
  });
});
