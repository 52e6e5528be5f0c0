import { systemClock } from '@ouzel/core';
import type { KafkaConnection } from '@ouzel/kafka';
import { EmbeddedApp, gate, keptLog, text, until } from '../../embedded-app.spec-support.js';
import { StreamsBuilder, type KStream } from '../../index.js';

/** A clock that does not wait before a task begins again. */
const impatient = { ...systemClock, sleep: () => systemClock.turn() };

describe('A task that opens', () => {
  const app = EmbeddedApp.use('in', 'other', 'out');

  /** Counts how often processors are initialised and closed, by name. */
  const counted = () => {
    const opened: string[] = [];
    const closed: string[] = [];
    const processor =
      (name: string, init: () => unknown = () => {}) =>
      () => ({
        init: () => {
          opened.push(name);
          return init() as void;
        },
        process() {},
        close: () => void closed.push(name),
      });
    return { opened, closed, processor };
  };
  const start = (build: (records: KStream<string, string>) => void, config: Record<string, unknown> = {}) => {
    const builder = new StreamsBuilder();
    build(builder.stream('in', text));
    return app.started(builder.build(), config);
  };
  const fails = (): never => {
    throw new Error('the database is not there yet');
  };

  it.each<[string, () => unknown]>([
    ['throws', fails],
    ['rejects', () => Promise.reject(new Error('the database is not there yet'))],
  ])('closes the processors that were initialised when the init of a later one %s', async (_, init) => {
    const { opened, closed, processor } = counted();
    const streams = await start((records) => {
      records.process(processor('first'), { name: 'first' });
      records.process(processor('second', init), { name: 'second' });
      records.process(processor('third'), { name: 'third' });
    });
    await until(() => streams.state === 'ERROR');
    expect([opened, closed]).toEqual([
      ['first', 'second'],
      ['first', 'second'],
    ]);
    expect(streams.status().failure!.message).toMatch(/OUZEL_PROCESSING: the database is not there yet at init of second, task 0_0/);
  });

  it('names the processor whose supplier fails, or returns none', async () => {
    const failing = await start((records) => records.process(fails, { name: 'mine' }));
    await until(() => failing.state === 'ERROR');
    expect(failing.status().failure!.message).toMatch(/the database is not there yet at the supplier of mine, task 0_0/);
    const none = await start((records) => records.process((() => undefined) as never, { name: 'mine' }), {
      applicationId: 'second',
      stateDirectory: app.stateFolder('second'),
    });
    await until(() => none.state === 'ERROR');
    expect(none.status().failure!.message).toMatch(
      /OUZEL_TOPOLOGY: the supplier of a processor returned undefined.* Return an object with a method `process`/,
    );
  });

  it('leaves nothing behind when it begins again and again: processors, stores, partitions', async () => {
    const { opened, closed, processor } = counted();
    const begun: string[] = [];
    const connection: KafkaConnection = {
      createDriver(options) {
        const driver = app.kafka.createDriver(options);
        const createFetcher = driver.createFetcher.bind(driver);
        driver.createFetcher = (fetch) => {
          const fetcher = createFetcher(fetch);
          const assign = fetcher.assign.bind(fetcher);
          fetcher.assign = (place, offset) => {
            begun.push(place.topic);
            assign(place, offset);
          };
          return fetcher;
        };
        return driver;
      },
    };
    let attempts = 0;
    await app.sendValues('in', 'a');
    const streams = await start(
      (records) => {
        records.process(processor('first'));
        records.groupByKey().count({ materialized: { store: 'counts' } });
        records.process(processor('second', () => (attempts++ < 4 ? fails() : undefined)));
      },
      { uncaughtHandler: () => 'replace', kafka: connection, clock: impatient },
    );
    await until(() => streams.state === 'RUNNING');
    expect([opened.length, closed.length]).toEqual([10, 8]);
    expect(begun).toEqual(['in']);
    expect(streams.metrics.collect().find(({ name }) => name === 'ouzel_tasks')?.samples).toEqual(
      expect.arrayContaining([{ labels: { kind: 'active' }, value: 1 }]),
    );
    await streams.close();
    expect(closed).toHaveLength(10);
  });

  it('is given up quietly while offsets are looked up for its stores, and while they are restored', async () => {
    const builder = new StreamsBuilder();
    const table = (topic: string) => builder.table(topic, { ...text, materialized: { store: `${topic}-rows` } });
    table('in').join(table('other'), (a, b) => a + b, { materialized: { store: 'both', ...text } });
    const topology = builder.build();
    const rows = Array.from({ length: 500 }, (_, i) => ({ key: `k${i}`, value: 'row' }));
    await app.send('in', ...rows);
    await app.send('other', ...rows);
    const filling = await app.started(topology);
    await until(async () => (await app.committed('other')) === 500 && (await app.committed('in')) === 500);
    await filling.close();
    for (const call of ['listOffsets', 'take'] as const) {
      const reached = gate();
      const held = gate();
      const connection: KafkaConnection = {
        createDriver(options) {
          const driver = app.kafka.createDriver(options);
          const { listOffsets } = driver.admin;
          if (call === 'listOffsets')
            driver.admin.listOffsets = async (places, ...more) => {
              if (places.some(({ topic }) => topic.includes('changelog'))) {
                reached.open();
                await held.promise;
              }
              return listOffsets.call(driver.admin, places, ...more);
            };
          return driver;
        },
      };
      const { logger, lines } = keptLog();
      const streams = app.create(topology, { kafka: connection, stateDirectory: app.stateFolder(call), logger });
      if (call === 'take') streams.onRestore(({ kind }) => void (kind === 'start' && reached.open()));
      await streams.start();
      await reached.promise;
      const closing = streams.close();
      held.open();
      await closing;
      expect(streams.state).toBe('NOT_RUNNING');
      expect(lines.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
    }
  });
});
