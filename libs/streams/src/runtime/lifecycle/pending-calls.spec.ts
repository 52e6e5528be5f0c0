import { EmbeddedApp, gate, keptLog, text, until } from '../../embedded-app.spec-support.js';
import { StreamsBuilder, type KafkaStreams, type KStream, type ProcessorContext, type StreamRecord } from '../../index.js';

describe('User code that does not come back', () => {
  const app = EmbeddedApp.use('in', 'other', 'out');
  const start = (build: (records: KStream<string, string>, builder: StreamsBuilder) => unknown, config: Record<string, unknown> = {}) => {
    const builder = new StreamsBuilder();
    build(builder.stream('in', text), builder);
    return app.started(builder.build(), { maxPollInterval: 100, ...config });
  };
  const hasLeft = (streams: KafkaStreams) => until(() => streams.status().hanging.length === 1 && streams.status().memberId === null);

  /** Waits for a gate at the value `hang`. */
  class Enrichment {
    private context!: ProcessorContext<string, string>;
    constructor(private readonly held: Promise<void>) {}
    init(context: ProcessorContext<string, string>): void {
      this.context = context;
    }
    async process(record: StreamRecord<string, string>): Promise<void> {
      if (record.value === 'hang') await this.held;
      await this.context.forward(record);
    }
  }

  it('is named with its record, since when, in status and log, until it comes back; then the instance goes on', async () => {
    const held = gate();
    const { logger, lines } = keptLog();
    const streams = await start((records) => records.process(() => new Enrichment(held.promise), { name: 'enrich' }).to('out', text), {
      logger,
    });
    const before = Date.now();
    await app.sendValues('in', 'a', 'hang');
    await hasLeft(streams);
    const [call] = streams.status().hanging;
    expect(call).toMatchObject({ task: '0_0', node: 'enrich', call: 'Enrichment.process', topic: 'in', partition: 0, offset: 1 });
    expect(call!.since).toBeGreaterThanOrEqual(before - 1);
    expect(call!.description).toMatch(
      /^Enrichment\.process of enrich \(task 0_0\) is at work with in-0@1 since \d{4}-\d\d-\d\dT[\d:.]+Z \(\d+ s\)$/,
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^warn: Enrichment\.process of enrich .* this instance leaves the group until it comes back$/),
      ]),
    );
    held.open();
    await until(() => streams.state === 'RUNNING' && streams.status().hanging.length === 0);
    await app.sendValues('in', 'b');
    await until(async () => (await app.values('out', 3)).at(-1) === 'b');
    expect((await app.values('out', 3)).filter((value) => value !== 'a')).toEqual(['hang', 'b']);
  });

  it('fails the client by the uncaught handler when it fails at last', async () => {
    const held = gate();
    const streams = await start((records) => records.process(() => new Enrichment(held.promise), { name: 'enrich' }));
    await app.sendValues('in', 'hang');
    await hasLeft(streams);
    held.fail(new Error('timed out'));
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure!.message).toMatch(/OUZEL_PROCESSING: timed out at enrich of task 0_0, in-0@0/);
  });

  it('lets its record be processed again when it fails at last and the uncaught handler says so', async () => {
    const held = gate();
    const processors = [held.promise, Promise.resolve()];
    const told: string[] = [];
    const streams = await start((records) => records.process(() => new Enrichment(processors.shift()!)).to('out', text), {
      uncaughtHandler: (error: Error) => {
        told.push(error.message);
        return 'replace';
      },
    });
    await app.sendValues('in', 'hang');
    await hasLeft(streams);
    held.fail(new Error('timed out'));
    expect(await app.values('out', 1)).toEqual(['hang']);
    expect(told).toEqual([expect.stringContaining('timed out')]);
  });

  it('is named where it stands below another processor that waits for it', async () => {
    const held = gate();
    const streams = await start((records) =>
      records
        .process(() => new Enrichment(Promise.resolve()), { name: 'above' })
        .process(() => new Enrichment(held.promise), { name: 'below' }),
    );
    await app.sendValues('in', 'hang');
    await hasLeft(streams);
    expect(streams.status().hanging[0]).toMatchObject({ node: 'below', offset: 0 });
    held.open();
    await until(() => streams.state === 'RUNNING');
  });

  it('is named where it is a mapper, an init or a punctuator', async () => {
    const held = gate();
    async function lookUp(value: string): Promise<string> {
      await held.promise;
      return value;
    }
    const mapping = await start((records) => records.asyncMapValues(lookUp, { name: 'enrich', timeout: '1h' }));
    await app.sendValues('in', 'a');
    await hasLeft(mapping);
    expect(mapping.status().hanging[0]).toMatchObject({ node: 'enrich', call: 'lookUp', topic: 'in', offset: 0 });

    const second = { applicationId: 'second', stateDirectory: app.stateFolder('second') };
    const initialising = new StreamsBuilder();
    initialising.stream('in', text).process(() => ({ init: () => held.promise, process() {} }), { name: 'slow-start' });
    const opening = await app.start(initialising.build(), { ...second, maxPollInterval: 100 });
    await hasLeft(opening);
    expect(opening.status().hanging[0]).toMatchObject({ node: 'slow-start', call: 'init', topic: null, offset: -1 });

    const fourth = { applicationId: 'fourth', stateDirectory: app.stateFolder('fourth') };
    const supplying = new StreamsBuilder();
    supplying.stream('in', text).process(() => held.promise.then(() => ({ process() {} })), { name: 'slow-made' });
    const making = await app.start(supplying.build(), { ...fourth, maxPollInterval: 100 });
    await hasLeft(making);
    expect(making.status().hanging[0]).toMatchObject({ node: 'slow-made', call: 'the supplier', topic: null });

    const third = { applicationId: 'third', stateDirectory: app.stateFolder('third') };
    const punctuating = await start(
      (records) =>
        records.process(
          () => ({
            init: (context: ProcessorContext<string, string>) => void context.schedule(1, 'wall-clock-time', () => held.promise),
            process() {},
          }),
          { name: 'ticking' },
        ),
      third,
    );
    await hasLeft(punctuating);
    expect(punctuating.status().hanging[0]).toMatchObject({ node: 'ticking', call: 'a punctuator', topic: null });
    held.open();
    for (const streams of [mapping, opening, making, punctuating]) await until(() => streams.status().hanging.length === 0);
  });

  it('does not hold up a close longer than was asked for: everything is closed in order, and another client can begin', async () => {
    const held = gate();
    const closed: string[] = [];
    let signal: AbortSignal | undefined;
    const hung = (records: KStream<string, string>, builder: StreamsBuilder) => {
      records.process(() => ({ process: () => held.promise, close: () => void closed.push('processor') }));
      records.groupByKey().count({ materialized: { store: 'counts' } });
      builder.stream('other', text).asyncMapValues(
        (_value, _key, _record, given) => {
          signal = given;
          return new Promise<string>(() => {});
        },
        { timeout: '1h' },
      );
    };
    const streams = await start(hung, { maxPollInterval: '5m' });
    await app.sendValues('in', 'a');
    await app.sendValues('other', 'a');
    await until(() => signal !== undefined && streams.status().tasks.some(({ userCode }) => userCode?.offset === 0));
    await streams.close({ timeout: 400 });
    expect([streams.state, closed, signal!.aborted]).toEqual(['NOT_RUNNING', ['processor'], true]);
    const next = await start((records) => records.to('out', text), { applicationId: 'app' });
    expect(await app.values('out', 1)).toEqual(['a']);
    expect(next.state).toBe('RUNNING');
    held.open();
  });

  it('is told of by a metric while it hangs', async () => {
    const held = gate();
    const streams = await start((records) => records.process(() => new Enrichment(held.promise), { name: 'enrich' }));
    const samples = () => streams.metrics.collect().find(({ name }) => name === 'ouzel_hanging_calls')!.samples;
    expect(samples()).toEqual([]);
    await app.sendValues('in', 'hang');
    await hasLeft(streams);
    expect(samples()).toEqual([{ labels: { task: '0_0', node: 'enrich', call: 'Enrichment.process' }, value: 1 }]);
    held.open();
    await until(() => streams.state === 'RUNNING' && samples().length === 0);
  });

  it('is waited for, and named once, where it is the close of a task that was lost', async () => {
    const held = gate();
    const { logger, lines } = keptLog();
    const closes = [held.promise, Promise.resolve()];
    class Writer {
      process() {}
      close() {
        return closes.shift();
      }
    }
    const streams = await start((records) => records.process(() => new Writer(), { name: 'write' }), { logger });
    await until(() => streams.status().memberId !== null);
    await app.driver.admin.removeMember('app', streams.status().memberId!);
    await until(() => lines.some((line) => line.includes('leaves the group')));
    await hasLeft(streams);
    const looks = Array.from({ length: 20 });
    for (const _ of looks) await new Promise((resolve) => setImmediate(resolve));
    expect(lines.filter((line) => line.includes('leaves the group'))).toEqual([
      expect.stringMatching(/^warn: Writer\.close of write \(task 0_0\) is at work/),
    ]);
    held.open();
    await until(() => streams.state === 'RUNNING');
  });

  it('asks the uncaught handler when it is an init, or the task was lost meanwhile, and it fails at last', async () => {
    const told: string[] = [];
    const uncaughtHandler = (error: Error) => {
      told.push(error.message);
      return 'replace';
    };
    const held = gate();
    const inits = [held.promise, Promise.resolve()];
    const opening = new StreamsBuilder();
    opening.stream('in', text).process(() => ({ init: () => inits.shift(), process() {} }), { name: 'slow-start' });
    const first = await app.start(opening.build(), { maxPollInterval: 100, uncaughtHandler });
    await hasLeft(first);
    held.fail(new Error('no connection'));
    await until(() => first.state === 'RUNNING');
    expect(told.splice(0)).toEqual([expect.stringMatching(/no connection at init of slow-start/)]);
    await first.close();

    const hung = gate();
    const calls = [hung.promise, Promise.resolve()];
    const second = await start((records) => records.process(() => new Enrichment(calls.shift()!)), {
      uncaughtHandler,
      maxPollInterval: '5m',
    });
    await app.sendValues('in', 'hang');
    await until(() => second.status().tasks.some(({ userCode }) => userCode !== null));
    await app.driver.admin.removeMember('app', second.status().memberId!);
    await until(() => second.status().memberId === null);
    hung.fail(new Error('timed out'));
    await until(() => second.state === 'RUNNING' && told.length > 0);
    expect(told).toEqual([expect.stringMatching(/timed out at enrich|timed out at .*in-0@0/)]);
  });
});
