import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { embedded, Headers, KafkaStreams, serdes, silentLogger, StreamsBuilder, type EmbeddedKafka } from '@ouzel/streams';
import { Program, type Ended } from '../program.js';

const root = resolve(import.meta.dirname, '../..');
const app = 'test/command-line/payments.mjs';
const nest = 'test/command-line/nest-app.mjs';

describe('the command line with the module of an application', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'ouzel-command-line-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const directory = () => join(folder, 'kafka');
  const lock = () => join(folder, 'topology.lock.json');

  const ouzel = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    new Program(process.execPath, ['libs/cli/dist/bin.js', ...args], { folder: root, env: { ...env, KAFKA_FOLDER: directory() } }).ended;
  const withApp = (...args: readonly string[]) => ouzel([...args, '--app', app]);

  async function onKafka<T>(work: (kafka: EmbeddedKafka) => Promise<T>): Promise<T> {
    const kafka = embedded({ directory: directory() });
    try {
      return await work(kafka);
    } finally {
      kafka.close();
    }
  }

  it('locks a topology, and ends with 1 where a change would orphan its state', async () => {
    expect((await withApp('topology', 'lock', '--file', lock())).code).toBe(0);
    expect(JSON.parse(await readFile(lock(), 'utf8'))).toMatchObject({ version: 1, stores: { totals: { value: 'long' } } });
    expect((await withApp('topology', 'check', '--file', lock())).code).toBe(0);
    const changed = await ouzel(['topology', 'check', '--file', lock(), '--app', app], { STORE: 'sums' });
    expect([changed.code, changed.output]).toEqual([1, expect.stringContaining('store "totals": is gone, and "sums"')]);
    const json = await ouzel(['topology', 'check', '--file', lock(), '--app', app, '--json'], { STORE: 'sums' });
    expect(JSON.parse(json.output)).toMatchObject({ ok: false, changes: [{ effect: 'orphans' }] });
    const missing = await withApp('topology', 'check', '--file', join(folder, 'none.json'));
    expect([missing.code, missing.output]).toEqual([1, expect.stringMatching(/OUZEL_TOPOLOGY_LOCK: there is no lock/)]);
  }, 60_000);

  it('assembles a Nest module without calling its hooks', async () => {
    const shown = await ouzel(['topology', 'show', '--app', nest]);
    expect([shown.code, shown.output]).toEqual([0, expect.stringMatching(/^Topologies:\n {3}Sub-topology: 0\n/)]);
    expect(shown.output).not.toContain('a hook has run');
    const dot = await ouzel(['topology', 'show', '--app', `${nest}#PaymentModule`, '--format', 'dot']);
    expect(dot.output).toContain('digraph');
    const two = await ouzel(['topology', 'show', '--app', `${nest}#TwoModule`]);
    expect([two.code, two.output]).toEqual([2, expect.stringMatching(/several applications: "default", "audit".*--name/)]);
    const audit = await ouzel(['topology', 'show', '--app', `${nest}#TwoModule`, '--name', 'audit', '--json']);
    expect(audit.output).toContain('audit-entries');
  }, 60_000);

  it('leaves the state of an application alone that cleans up when it stops', async () => {
    const state = join(folder, 'state', 'payments');
    await mkdir(state, { recursive: true });
    const { code } = await ouzel(['topology', 'show', '--app', nest], { STATE_FOLDER: join(folder, 'state') });
    expect([code, existsSync(state)]).toEqual([0, true]);
  });

  it.each([
    ['TypeScript', 'libs/cli/src/index.ts', /TypeScript sources are not loaded.*Build the application/],
    ['a file that is not there', 'nowhere.mjs', /the module can not be loaded/],
    ['a module without an application', 'jest.config.js', /it exports no application/],
    ['an export that is no application', `${app}#config`, /its export config is no application/],
  ])('refuses %s', async (_what, module, message) => {
    const { code, output } = await ouzel(['topology', 'show', '--app', module]);
    expect([code, output]).toEqual([2, expect.stringMatching(message)]);
  });

  it('writes and reads records with the serdes of the application, and shows its stores and its lag', async () => {
    await onKafka((kafka) => Promise.resolve(kafka.createTopics([{ topic: 'payment' }, { topic: 'count' }, { topic: 'dead' }])));
    const produced = await withApp('produce', 'payment', '--key', 'ann', '--value', '{"amount":7}', '--header', 'trace=abc');
    expect([produced.code, produced.output]).toEqual([0, 'payment-0@0\n']);
    const wrong = await withApp('produce', 'payment', '--key', 'ann', '--value', 'seven');
    expect([wrong.code, wrong.output]).toEqual([2, expect.stringContaining('the value must be JSON')]);
    const consumed = await withApp('consume', 'payment', '--json');
    expect(JSON.parse(consumed.output)).toMatchObject({
      offset: 0,
      key: 'ann',
      value: { amount: 7 },
      headers: [{ name: 'trace', value: 'abc' }],
    });
    await onKafka(counted);
    expect((await withApp('consume', 'count')).output).toMatch(/^count-0@0 {2}\S+ {2}ann {2}1\n$/);
    expect((await withApp('stores', 'get', 'totals', 'ann')).output).toMatch(/^ann {2}1 {2}/);
    expect(JSON.parse((await withApp('stores', 'range', 'totals', '--from', 'a', '--to', 'b', '--json')).output)).toMatchObject([
      { key: 'ann', value: 1 },
    ]);
    expect((await withApp('stores', 'get', 'totals', 'zoe')).code).toBe(1);
    expect((await withApp('stores', 'get', 'sums', 'ann')).output).toMatch(/OUZEL_STORE_UNKNOWN.*There are totals/);
    expect(JSON.parse((await withApp('lag', '--json')).output)).toMatchObject({
      applicationId: 'payments',
      lags: [{ topic: 'payment', partition: 0, committed: 1, end: 1, lag: 0 }],
    });
    expect((await ouzel(['groups', '--embedded', directory()])).output).toMatch(/^GROUP\s+TYPE\npayments\s+consumer\n$/);
  }, 120_000);

  it('lists, shows and replays dead letters', async () => {
    await onKafka(async (kafka) => {
      kafka.createTopics([{ topic: 'payment' }, { topic: 'dead' }]);
      const why = ['TypeError', 'no amount', 'at check', 'payment', '0', '7'];
      const names = ['exception', 'message', 'stacktrace', 'topic', 'partition', 'offset'];
      const headers = Headers.of(names.map((name, i) => [`__streams.errors.${name}`, why[i]!] as const));
      await kafka.produce('dead', [{ key: 'ann', value: '{"secret":1}', headers, timestamp: 1_000 }]);
    });
    const list = await withApp('dlq', 'list');
    expect(list.output).toMatch(
      /PLACE\s+TIME\s+ORIGIN\s+ERROR\s+MESSAGE\n0@0\s+1970-01-01T00:00:01.000Z\s+payment-0@7\s+TypeError\s+no amount\n/,
    );
    const shown = await withApp('dlq', 'show', '0@0');
    expect([shown.output.includes('at check'), shown.output.includes('secret')]).toEqual([true, false]);
    expect((await withApp('dlq', 'show', '0@0', '--payload')).output).toContain('value      {"secret":1}');
    expect((await withApp('dlq', 'replay')).code).toBe(2);
    expect((await withApp('dlq', 'replay', '--all', '--dry-run')).output).toMatch(/^What would be replayed .*: 1\n {2}0@0 -> payment-0\n$/);
    expect((await withApp('dlq', 'replay', '0@0')).output).toBe('Replayed: 1\n  0@0 -> payment-0@0\n');
    expect((await withApp('consume', 'payment', '--headers')).output).toContain('__ouzel.replay.of=dead-0@0');
    expect((await withApp('dlq', 'show', '0@5')).code).toBe(1);
  }, 120_000);

  it('names the folder of an embedded Kafka that an application uses', async () => {
    await onKafka(async (kafka) => {
      kafka.createTopics([{ topic: 'payment' }]);
      const { code, output } = await ouzel(['consume', 'payment', '--embedded', directory(), '--json']);
      expect([code, JSON.parse(output)]).toMatchObject([1, { error: { code: 'OUZEL_STATE_LOCKED' } }]);
    });
  });

  it('shows no secret of a configuration', async () => {
    const file = join(folder, 'secret.mjs');
    await writeFile(
      file,
      `export const topology = (await import(${JSON.stringify(resolve(root, app))})).topology;
       export const config = { applicationId: 'x', kafka: { brokers: ['127.0.0.1:1'], sasl: { mechanism: 'plain', username: 'u', password: 'hunter', wrong: 1 } } };`,
    );
    const { output } = await ouzel(['stores', 'get', 'totals', 'a', '--app', file]);
    expect(output).not.toContain('hunter');
  });

  /** Runs the application until it has counted a payment. */
  async function counted(kafka: EmbeddedKafka): Promise<void> {
    const builder = new StreamsBuilder();
    const payments = { key: serdes.string, value: serdes.json() };
    let count = 0;
    builder
      .stream('payment', payments)
      .groupByKey(payments)
      .count({ materialized: { store: 'totals' } })
      .toStream()
      .peek((found) => void (count = found))
      .to('count', { key: serdes.string, value: serdes.long });
    const config = { applicationId: 'payments', kafka, stateDirectory: join(folder, 'state'), commitInterval: 10, logger: silentLogger };
    const streams = new KafkaStreams(builder.build(), config);
    await streams.start();
    while (count < 1) await new Promise((done) => setTimeout(done, 5));
    await streams.close();
  }
});
