import { EmbeddedApp, keptLog, text, until } from '../../embedded-app.spec-support.js';
import { serdes, StreamsBuilder, type KafkaStreams, type KStream } from '../../index.js';

const later = (): never => Promise.reject(new Error('too late')) as never;
const fails = (): never => {
  throw new Error('refused');
};
const large = 'x'.repeat(20_000);
const limited = { producer: { maxRequestSize: 5_000 } };

describe('A failure', () => {
  const app = EmbeddedApp.use('in', 'out');

  const start = (build: (records: KStream<string, string>) => unknown, config: Record<string, unknown> = {}) => {
    const builder = new StreamsBuilder();
    build(builder.stream('in', text));
    return app.started(builder.build(), config);
  };
  const messageOf = async (streams: KafkaStreams) => {
    await until(() => streams.state === 'ERROR');
    return streams.status().failure!.message;
  };

  describe('for which a handler has no usable answer, stops the client and names the handler:', () => {
    const undecodable = (config: Record<string, unknown>) => {
      const builder = new StreamsBuilder();
      builder.stream('in', { key: serdes.string, value: serdes.json() }).forEach(() => {});
      return app.started(builder.build(), config);
    };

    it.each([
      [
        'a promise',
        later,
        /OUZEL_PROCESSING: deserializationHandler returned a promise at the deserializationHandler for in-0@0, task 0_0\. Handlers are synchronous/,
      ],
      ['nothing', () => undefined, /deserializationHandler returned undefined .*Return 'fail' or 'continue'/],
      ['an unknown word', () => 'skip', /deserializationHandler returned 'skip'/],
      ['an unknown word with dead letters', () => ({ verdict: 'skip', deadLetters: [] }), /deserializationHandler returned 'skip'/],
      ['an exception', fails, /refused at the deserializationHandler for in-0@0/],
    ])('%s', async (_, deserializationHandler, message) => {
      const streams = await undecodable({ deserializationHandler });
      await app.sendValues('in', 'broken');
      expect(await messageOf(streams)).toMatch(message);
    });

    it('promises of the processing handler, in time and late', async () => {
      const streams = await start(
        (records) => records.asyncMapValues(async () => Promise.reject(new Error('refused')), { name: 'mapper' }),
        {
          processingHandler: later,
        },
      );
      await app.sendValues('in', 'a');
      expect(await messageOf(streams)).toMatch(
        /processingHandler returned a promise at the processingHandler for mapper of task 0_0, in-0@0/,
      );
    });

    it('nothing from the processing handler: the record is not skipped in silence', async () => {
      const streams = await start((records) => records.mapValues(fails), { processingHandler: () => undefined });
      await app.sendValues('in', 'a');
      expect(await messageOf(streams)).toMatch(/processingHandler returned undefined/);
      expect(await app.committed('in')).toBe(-1);
    });

    it('promises of the production handler, for what can not be encoded and for what Kafka refuses', async () => {
      const encoding = await start((records) => records.mapValues(() => 2 ** 60).to('out', { key: serdes.string, value: serdes.long }), {
        productionHandler: later,
      });
      await app.sendValues('in', 'a');
      expect(await messageOf(encoding)).toMatch(/productionHandler returned a promise/);
      const refused = await start((records) => records.mapValues(() => large).to('out', text), {
        ...limited,
        applicationId: 'second',
        stateDirectory: app.stateFolder('second'),
        productionHandler: later,
      });
      expect(await messageOf(refused)).toMatch(/productionHandler returned a promise/);
    });

    it('promises of the uncaught handler are logged, and the client stops with the first failure', async () => {
      const { logger, lines } = keptLog();
      const streams = await start((records) => records.mapValues(fails), { uncaughtHandler: later, logger });
      await app.sendValues('in', 'a');
      expect(await messageOf(streams)).toMatch(/refused/);
      expect(lines.join('\n')).toMatch(/error: the uncaught handler returned a promise/);
    });
  });

  it('keeps the advice of what caused it', async () => {
    const streams = await start((records) =>
      records.mapValues(() => 2 ** 60).to('out', { key: serdes.string, value: serdes.long, name: 'sink' }),
    );
    await app.sendValues('in', 'a');
    expect(await messageOf(streams)).toMatch(
      /OUZEL_PRODUCTION: the value can not be encoded: a long outside .* at topic out, written by sink of task 0_0\. Use serdes\.bigint\. /,
    );
    const stored = await start(
      (records) =>
        records.groupByKey().aggregate(
          () => 2 ** 60,
          (sum) => sum,
          { materialized: { store: 'sums', key: serdes.string, value: serdes.long } },
        ),
      { applicationId: 'second', stateDirectory: app.stateFolder('second') },
    );
    expect(await messageOf(stored)).toMatch(/OUZEL_PROCESSING: a long outside .* task 0_0, in-0@0\. Use serdes\.bigint\. /);
  });

  it('of a record that is too large names the sink, or the store, that it came from', async () => {
    const sink = await start((records) => records.mapValues(() => large).to('out', { ...text, name: 'sink' }), limited);
    await app.sendValues('in', 'a');
    expect(await messageOf(sink)).toMatch(
      /OUZEL_PRODUCTION: .* at topic out, written by sink of task 0_0\. Raise `producer\.maxRequestSize`/,
    );
    const store = await start((records) => records.groupByKey().reduce((_, value) => value, { materialized: { store: 'rows', ...text } }), {
      ...limited,
      applicationId: 'second',
      stateDirectory: app.stateFolder('second'),
    });
    await app.sendValues('in', large);
    expect(await messageOf(store)).toMatch(/topic second-rows-changelog, written by the changelog of store "rows" of task 0_0\. Raise/);
  });

  it('to write a dead letter stops the client: what was skipped would be lost', async () => {
    const streams = await start((records) => records.mapValues(fails), {
      processingHandler: () => ({ verdict: 'continue', deadLetters: [{ topic: 'out', key: null, value: Buffer.from(large) }] }),
      productionHandler: 'continue',
      deadLetterTopic: 'out',
      ...limited,
    });
    await app.sendValues('in', 'a');
    expect(await messageOf(streams)).toMatch(
      /OUZEL_PRODUCTION: a dead letter can not be written: .* at topic out, task 0_0\. Raise `producer\.maxRequestSize`/,
    );
    expect(await app.committed('in')).toBe(-1);
  });
});

describe('A processor that fails to close', () => {
  const app = EmbeddedApp.use('in');

  it('is logged, and the others are closed', async () => {
    const { logger, lines } = keptLog();
    const closed: string[] = [];
    const builder = new StreamsBuilder();
    const records = builder.stream('in', text);
    records.process(() => ({ process() {}, close: fails }));
    records.process(() => ({ process() {}, close: later }));
    records.process(() => ({ process() {}, close: () => void closed.push('third') }));
    const streams = await app.started(builder.build(), { logger });
    await streams.close();
    expect([streams.state, closed]).toEqual(['NOT_RUNNING', ['third']]);
    expect(lines.filter((line) => line.startsWith('error:'))).toEqual([
      expect.stringMatching(/task 0_0 did not close cleanly: .*refused.*too late/),
    ]);
  });
});
