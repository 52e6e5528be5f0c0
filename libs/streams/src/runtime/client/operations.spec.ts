import { readdir } from 'node:fs/promises';
import { EmbeddedApp, gate, keptLog, text, until } from '../../embedded-app.spec-support.js';
import type { KafkaStreams } from '../../index.js';
import { StreamsBuilder, type Topology } from '../../index.js';

describe('the uncaught handler that ends the application', () => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 3 });
  let instances = 0;
  const failsOn = (bad: string): Topology => {
    const builder = new StreamsBuilder();
    builder.stream('in', text).forEach((value) => {
      if (value === bad) throw new Error('bad');
    });
    return builder.build();
  };
  const start = (config: Record<string, unknown> = {}) =>
    app.started(failsOn('bad'), {
      stateDirectory: app.stateFolder(`instance-${instances++}`),
      uncaughtHandler: 'shutdown-application',
      ...config,
    });
  const hasOneTask = (streams: KafkaStreams) => streams.state === 'RUNNING' && streams.status().tasks.length === 1;

  it.each(['at_least_once', 'exactly_once_v2'])('reaches all instances, %s', async (processingGuarantee) => {
    const all = await Promise.all([1, 2, 3].map(() => start({ processingGuarantee })));
    await until(() => all.every(hasOneTask));
    await app.send('in', { value: 'good', partition: 0 }, { value: 'bad', partition: 1 }, { value: 'good', partition: 2 });
    await until(() => all.every(({ state }) => state === 'ERROR'));
    const failures = all.map((streams) => streams.status().failure!.message).sort();
    expect(failures[2]).toMatch(/^OUZEL_PROCESSING: .* at .*in-1@0/);
    expect(failures.slice(0, 2)).toEqual([
      expect.stringMatching(/^OUZEL_APPLICATION_SHUTDOWN: [^]*member .* has failed, and ends all instances/),
      expect.stringMatching(/^OUZEL_APPLICATION_SHUTDOWN: /),
    ]);
    // Those that were asked to end have committed what they had processed; the one that failed repeats its record.
    const committed = await app.driver.admin.committedOffsets(
      'app',
      [0, 1, 2].map((partition) => ({ topic: 'in', partition })),
    );
    expect(committed.map(({ offset }) => Math.max(0, offset))).toEqual([1, 0, 1]);
  });

  it('may be a function, and is asked once', async () => {
    const asked: string[] = [];
    const uncaughtHandler = (error: Error) => {
      asked.push(error.message);
      return 'shutdown-application';
    };
    const [one, two] = [await start({ uncaughtHandler }), await start({ uncaughtHandler: 'replace' })];
    await until(() => [one, two].every((streams) => streams.state === 'RUNNING' && streams.status().tasks.length > 0));
    await app.send('in', ...[0, 1, 2].map((partition) => ({ value: 'bad', partition })));
    await until(() => one.state === 'ERROR' && two.state === 'ERROR');
    expect(asked).toHaveLength(1);
  });

  it('ends the instance alone where it is the only one, and lets it start again', async () => {
    const streams = await start();
    await app.send('in', { value: 'bad' });
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure).toMatchObject({ code: 'OUZEL_PROCESSING' });
    const again = await app.started(failsOn('other'));
    expect(again.state).toBe('RUNNING');
    await until(async () => (await app.committed('in')) === 1);
  });
});

describe('an application that is paused', () => {
  const app = EmbeddedApp.use('in', 'out');
  const copies = (punctuated: number[] = []) => {
    const builder = new StreamsBuilder();
    builder.stream('in', text).process<string, string>(() => ({
      init: (context) => void context.schedule(10, 'wall-clock-time', (time) => void punctuated.push(time)),
      process: () => {},
    }));
    builder.stream('in', text).to('out', text);
    return builder.build();
  };

  it.each(['at_least_once', 'exactly_once_v2'])('processes nothing, and stays in its group, %s', async (processingGuarantee) => {
    const punctuated: number[] = [];
    const streams = await app.started(copies(punctuated), { processingGuarantee });
    await app.sendValues('in', 'a');
    await until(async () => (await app.committed('in')) === 1);
    streams.pause();
    await until(() => streams.isPaused);
    const { generation } = streams.status();
    await app.sendValues('in', 'b');
    // The record waits in the queue of its task.
    await until(() => streams.status().tasks.some(({ buffered }) => buffered > 0));
    const before = punctuated.length;
    await until(() => streams.status().sinceLoopTurn < 5);
    expect(streams.status()).toMatchObject({ state: 'RUNNING', isPaused: true, generation });
    expect(await app.values('out', 1)).toEqual(['a']);
    expect(punctuated.length).toBe(before);
    streams.resume();
    expect(await app.values('out', 2)).toEqual(['a', 'b']);
    await until(() => punctuated.length > before);
  });

  it('can be so before it starts, and closes while it is', async () => {
    const streams = app.create(copies());
    streams.pause();
    await streams.start();
    await app.sendValues('in', 'a');
    await until(() => streams.state === 'RUNNING' && streams.status().tasks.some(({ buffered }) => buffered > 0));
    await streams.close();
    expect(await app.size('out')).toBe(0);
    await app.start(copies());
    expect(await app.values('out', 1)).toEqual(['a']);
  });
});

describe('cleanUp', () => {
  const app = EmbeddedApp.use('in');
  const counts = () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .groupByKey()
      .count({ materialized: { store: 'counts' } });
    return builder.build();
  };

  it('removes the local state, which is restored at the next start', async () => {
    const stateDirectory = app.stateFolder('state');
    const streams = await app.started(counts(), { stateDirectory });
    await app.sendValues('in', 'a', 'b');
    await until(async () => (await app.valueOf(streams, 'counts', 'k')) === 2);
    await expect(streams.cleanUp()).rejects.toMatchObject({ code: 'OUZEL_STATE_TRANSITION', help: expect.stringContaining('close') });
    await streams.close();
    await streams.cleanUp();
    expect(await readdir(stateDirectory)).toEqual([]);
    const restored = gate<number>();
    const again = app.create(counts(), { stateDirectory });
    again.onRestore(({ kind, records }) => (kind === 'end' ? restored.open(records) : undefined));
    await again.cleanUp();
    await again.start();
    expect(await restored.promise).toBeGreaterThan(0);
    await until(async () => (await app.valueOf(again, 'counts', 'k')) === 2);
  });

  it('refuses while another process uses the state', async () => {
    const log = keptLog();
    await app.started(counts(), { logger: log.logger });
    await expect(app.create(counts()).cleanUp()).rejects.toMatchObject({ code: 'OUZEL_STATE_LOCKED' });
  });
});
