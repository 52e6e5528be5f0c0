import type { KafkaConnection, KafkaDriver } from '@ouzel/kafka';
import { EmbeddedApp, gate, keptLog, text, until } from '../../embedded-app.spec-support.js';
import { serdes, Stores, StreamsBuilder, type State } from '../../index.js';

describe('the life of a client', () => {
  const app = EmbeddedApp.use('in', 'out');
  const seen: string[] = [];
  beforeEach(() => void seen.splice(0));

  const reading = (topic = 'in') => {
    const builder = new StreamsBuilder();
    builder.stream(topic, text).forEach((value) => void seen.push(value));
    return builder.build();
  };
  const counting = () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .groupByKey()
      .count({ materialized: { store: 'counts' } });
    return builder.build();
  };
  const holding = (held: Promise<void>) => {
    const builder = new StreamsBuilder();
    const process = () => {
      seen.push('held');
      return held;
    };
    builder.stream('in', text).process(() => ({ process }));
    return builder.build();
  };
  /** Kafka with a driver that a test has changed. */
  const changed = (change: (driver: KafkaDriver) => void): KafkaConnection => ({
    createDriver: (options) => {
      const driver = app.kafka.createDriver(options);
      change(driver);
      return driver;
    },
  });
  /** Nothing is read any more, and the state folder is free. */
  const isOver = async () => {
    await app.sendValues('in', 'after');
    const next = await app.started(reading());
    await until(() => seen.includes('after'));
    expect(seen.filter((value) => value === 'after')).toHaveLength(1);
    await next.close();
  };

  it('ends before it has begun', async () => {
    const streams = app.create(reading());
    await streams.close();
    expect(streams.state).toBe('NOT_RUNNING');
    await expect(streams.start()).rejects.toMatchObject({
      code: 'OUZEL_STATE_TRANSITION',
      what: 'start is not possible in state NOT_RUNNING',
    });
    await isOver();
  });

  it('ends while it connects: what was opened until then is closed', async () => {
    const connecting = gate();
    const streams = app.create(reading(), { kafka: changed((driver) => (driver.connect = () => connecting.promise)) });
    const starting = streams.start();
    const closing = streams.close();
    expect(streams.state).toBe('PENDING_SHUTDOWN');
    connecting.open();
    await Promise.all([starting, closing]);
    expect(streams.state).toBe('NOT_RUNNING');
    expect(streams.status().tasks).toEqual([]);
    await isOver();
  });

  it('ends while it waits for topics', async () => {
    const streams = app.create(reading('not-there-yet'), { waitForTopics: '1h' });
    const starting = streams.start();
    await streams.close({ timeout: '10s' });
    await starting;
    expect(streams.state).toBe('NOT_RUNNING');
    await isOver();
  });

  it('ends while its global stores open: it waits for them, and closes them', async () => {
    const opening = gate();
    const events: string[] = [];
    const kafka = changed((driver) => {
      const { close } = driver;
      driver.close = async () => {
        events.push('driver');
        await close.call(driver);
      };
    });
    const names = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('names'), serdes.string, serdes.string);
    const processor = async () => {
      events.push('opening');
      await opening.promise;
      return { process: () => {}, init: () => void events.push('opened'), close: () => void events.push('closed') };
    };
    const builder = new StreamsBuilder();
    builder.addGlobalStore(names, 'in', { ...text, processor });
    const streams = await app.start(builder.build(), { kafka });
    await until(() => events.includes('opening'));
    const closing = streams.close();
    for (let turn = 0; turn < 300; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(events).toEqual(['opening']);
    opening.open();
    await closing;
    expect(events.at(-1)).toBe('driver');
    expect(events.filter((event) => event === 'closed')).toHaveLength(events.filter((event) => event === 'opened').length);
    await isOver();
  });

  it('ends once when its start fails, however often it is closed', async () => {
    const streams = app.create(reading('missing'));
    const starting = streams.start();
    const refused = expect(starting).rejects.toMatchObject({ code: 'OUZEL_TOPIC_MISSING' });
    await until(() => streams.state === 'PENDING_ERROR' || streams.state === 'ERROR');
    await Promise.all([streams.close(), streams.close()]);
    await refused;
    expect(streams.state).toBe('ERROR');
    await streams.close();
    await isOver();
  });

  it('ends when a listener closes it as it begins', async () => {
    const streams = app.create(reading());
    let closing: Promise<void> | undefined;
    streams.onStateChange((to) => void (to === 'REBALANCING' && (closing ??= streams.close())));
    await streams.start();
    await closing;
    expect(streams.state).toBe('NOT_RUNNING');
    await isOver();
  });

  it.each<[string, () => unknown]>([
    [
      'throw',
      () => {
        throw new Error('no channel');
      },
    ],
    ['reject', () => Promise.reject(new Error('no channel'))],
  ])('goes on and ends with listeners that %s', async (_how, fail) => {
    const log = keptLog();
    const states: State[] = [];
    await app.send('in', { value: 'x' });
    const streams = app.create(counting(), { logger: log.logger });
    streams.onStateChange(fail);
    streams.onRestore(fail);
    streams.onStateChange((to) => void states.push(to));
    await streams.start();
    await until(async () => (await app.valueOf<number>(streams, 'counts', 'k')) === 1);
    await streams.close();
    expect(states).toEqual(['REBALANCING', 'RUNNING', 'PENDING_SHUTDOWN', 'NOT_RUNNING']);
    expect(log.lines).toContain('error: a listener of state changes failed');
    expect(log.lines).toContain('error: a listener of restores failed');
    await isOver();
  });

  it('does not depend on its logger', async () => {
    const fail = () => {
      throw new Error('the disk is full');
    };
    const streams = await app.started(reading(), { logger: { debug: fail, info: fail, warn: fail, error: async () => fail() } });
    await app.sendValues('in', 'one');
    await until(() => seen.includes('one'));
    await streams.close();
    expect(streams.state).toBe('NOT_RUNNING');
    await isOver();
  });

  it.each<[string, () => unknown, RegExp]>([
    ['rejects', () => Promise.reject(new Error('no pager')), /returned a promise and not/],
    [
      'throws',
      () => {
        throw new Error('no pager');
      },
      /the uncaught handler failed/,
    ],
    ['returns no verdict', () => undefined, /returned undefined and not/],
  ])('ends in ERROR when a task fails and the uncaught handler %s', async (_how, uncaughtHandler, said) => {
    const log = keptLog();
    const builder = new StreamsBuilder();
    builder.stream('in', text).forEach(() => {
      throw new Error('bad');
    });
    const streams = await app.started(builder.build(), { uncaughtHandler, logger: log.logger });
    await app.sendValues('in', 'x');
    await until(() => streams.state === 'ERROR');
    expect(log.lines.join('\n')).toMatch(said);
    expect(streams.status().failure?.message).toContain('in-0@0');
  });

  it('ends for all who close it at the same time, within the shortest of their times', async () => {
    const held = gate();
    const log = keptLog();
    const streams = await app.started(holding(held.promise), { logger: log.logger });
    await app.sendValues('in', 'x');
    await until(() => seen.includes('held'));
    const patient = streams.close({ timeout: Infinity });
    expect(streams.state).toBe('PENDING_SHUTDOWN');
    await streams.close({ timeout: 10 });
    await patient;
    expect(streams.state).toBe('NOT_RUNNING');
    expect(log.lines.at(-1)).toMatch(/process of .* is at work with in-0@0 .* it is given up|closing took longer than 10 ms/);
    held.open();
  });

  it('takes as long as it needs where it is given for ever', async () => {
    const held = gate();
    const streams = await app.started(holding(held.promise));
    await app.sendValues('in', 'x');
    await until(() => seen.includes('held'));
    const closing = streams.close({ timeout: Infinity });
    held.open();
    await closing;
    expect(await app.committed('in')).toBe(1);
  });

  it('does not begin to end for a time that is no duration', async () => {
    const streams = await app.started(reading());
    const wrong: Record<string, unknown> = { timeout: 'soon' };
    await expect(streams.close({ ...wrong })).rejects.toMatchObject({ code: 'OUZEL_CONFIG', where: 'timeout' });
    expect(streams.state).toBe('RUNNING');
  });
});
