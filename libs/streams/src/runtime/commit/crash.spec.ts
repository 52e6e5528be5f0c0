import { cpSync } from 'node:fs';
import { DriverError, type KafkaConnection } from '@ouzel/kafka';
import { EmbeddedApp, keptLog, text, until } from '../../embedded-app.spec-support.js';
import { serdes, StreamsBuilder, tumbling, untilWindowCloses, type Topology } from '../../index.js';

/**
 * A crash is played by a copy of the state folder, taken at the moment of the crash, and a driver that ends like its
 * process.
 */
describe('a process that dies between the commit of its state and the commit of its offsets', () => {
  const app = EmbeddedApp.use('in', 'out');
  let copies = 0;

  const dying = (folder: string, when: (offset: number) => boolean) => {
    const crash = { copy: app.stateFolder(`copy-${copies++}`), isOver: false };
    const kafka: KafkaConnection = {
      createDriver(options) {
        const driver = app.kafka.createDriver(options);
        const createMember = driver.createMember.bind(driver);
        driver.createMember = (more) => {
          const member = createMember(more);
          const commit = member.commit.bind(member);
          member.commit = (offsets) => {
            if (!offsets.some(({ offset }) => when(offset))) return commit(offsets);
            cpSync(app.stateFolder(folder), crash.copy, { recursive: true });
            crash.isOver = true;
            driver.crash();
            return Promise.reject(new DriverError('closed', -1, { what: 'the process is gone' }));
          };
          return member;
        };
        return driver;
      },
    };
    return { kafka, crash };
  };
  /** Sends, runs until the commit of an offset behind `after`, dies there, and returns the state that it leaves. */
  const dieBehind = async (topology: Topology, after: number, send: () => Promise<void>, folder = 'one') => {
    const { kafka, crash } = dying(folder, (offset) => offset > after);
    await send();
    const config = { kafka, stateDirectory: app.stateFolder(folder), sessionTimeout: 400, commitInterval: 200 };
    const streams = await app.started(topology, config);
    await until(() => crash.isOver);
    await streams.close({ timeout: '1ms' });
    return crash.copy;
  };
  const counts = () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .groupByKey()
      .count({ materialized: { store: 'counts', caching: false } })
      .toStream()
      .to('out', { key: serdes.string, value: serdes.long });
    return builder.build();
  };
  const outputs = async (count: number) =>
    (await app.read('out', count)).map(({ key, value }) => `${String(key)}=${value!.readBigInt64BE()}`);
  const sendCount = (count: number, timestamp?: number) =>
    app.send('in', ...Array.from({ length: count }, () => ({ value: 'x', ...(timestamp === undefined ? {} : { timestamp }) })));

  it('goes on behind what its state contains: nothing is counted twice', async () => {
    const stateDirectory = await dieBehind(counts(), 2, () => sendCount(3));
    expect(await app.committed('in')).toBeLessThan(3);
    const { lines, logger } = keptLog();
    await app.started(counts(), { stateDirectory, logger });
    await until(async () => (await app.committed('in')) === 3);
    await sendCount(1);
    expect(await outputs(4)).toEqual(['k=1', 'k=2', 'k=3', 'k=4']);
    expect(lines.some((line) => /task 0_0: local state contains in-0 up to 3/.test(line))).toBe(true);
  });

  it('tells the final result of a window that has closed since once, with all its inputs', async () => {
    const windows = () => {
      const builder = new StreamsBuilder();
      builder
        .stream('in', text)
        .groupByKey()
        .windowedBy(tumbling('5s', { grace: '1s' }))
        .count({ materialized: { store: 'per-window', key: serdes.string, value: serdes.long } })
        .suppress(untilWindowCloses(), { name: 'final' })
        .toStream((_, { key, window }) => `${key}@${window.start}`)
        .to('out', { key: serdes.string, value: serdes.long });
      return builder.build();
    };
    const before = await app.started(windows(), { stateDirectory: app.stateFolder('one') });
    await sendCount(10, 1_000);
    await until(async () => (await app.committed('in')) === 10);
    await before.close();
    const stateDirectory = await dieBehind(windows(), 10, async () => {
      await sendCount(10, 2_000);
      await sendCount(1, 60_000);
    });
    await app.started(windows(), { stateDirectory });
    await sendCount(1, 120_000);
    expect(await outputs(2)).toEqual(['k@0=20', 'k@60000=1']);
  });

  it('reads again what others have counted since, from their changelog and from what they have committed', async () => {
    const stateDirectory = await dieBehind(counts(), 2, () => sendCount(3));
    const other = await app.started(counts(), { stateDirectory: app.stateFolder('other') });
    await sendCount(2);
    await until(async () => (await app.committed('in')) === 5);
    const counted = (await outputs(5)).at(-1);
    await other.close();
    const back = await app.started(counts(), { stateDirectory });
    expect(await app.valueOf(back, 'counts', 'k')).toBe(Number(counted!.slice(2)));
  });

  it('takes nothing from its state when another has written to the changelog and died before its commit', async () => {
    const stateDirectory = await dieBehind(counts(), 2, () => sendCount(3));
    await dieBehind(counts(), 0, () => sendCount(1), 'other');
    const back = await app.started(counts(), { stateDirectory });
    await until(async () => (await app.committed('in')) === 4);
    expect(await app.valueOf(back, 'counts', 'k')).toBe(3 + 4 + 4);
  });

  it('obeys offsets that are set back on purpose', async () => {
    const first = await app.started(counts());
    await sendCount(3);
    await until(async () => (await app.committed('in')) === 3);
    await first.close();
    await setBack(0);
    await app.started(counts());
    expect(await outputs(6)).toEqual(['k=1', 'k=2', 'k=3', 'k=4', 'k=5', 'k=6']);
  });

  it('obeys them after a crash too', async () => {
    const stateDirectory = await dieBehind(counts(), 2, () => sendCount(3));
    await setBack(0);
    await app.started(counts(), { stateDirectory });
    expect(await outputs(6)).toEqual(['k=1', 'k=2', 'k=3', 'k=4', 'k=5', 'k=6']);
  });

  it('goes on with stores in memory beside, whose changelogs nobody has written to since', async () => {
    const joined = () => {
      const builder = new StreamsBuilder();
      const stream = builder.stream('in', text);
      const grouped = stream.groupByKey();
      grouped.count({ materialized: { store: 'in-memory', type: 'in-memory' } });
      grouped
        .count({ materialized: { store: 'counts', caching: false } })
        .toStream()
        .to('out', { key: serdes.string, value: serdes.long });
      return builder.build();
    };
    const stateDirectory = await dieBehind(joined(), 2, () => sendCount(3));
    const back = await app.started(joined(), { stateDirectory });
    await sendCount(1);
    expect(await outputs(4)).toEqual(['k=1', 'k=2', 'k=3', 'k=4']);
    await until(async () => (await app.valueOf(back, 'in-memory', 'k')) === 4);
  });

  /** Sets offsets back as `kafka-consumer-groups --reset-offsets` does while the group has no members. */
  const setBack = async (offset: number) => {
    const times = { sessionTimeoutMs: 5_000, heartbeatIntervalMs: 100, rebalanceTimeoutMs: 5_000 };
    const member = app.driver.createMember({ group: 'app', instanceId: undefined, protocol: 'ouzel', ...times });
    let isIn = false;
    member.start({
      subscription: () => ({ topics: ['in'], owned: [], userData: Buffer.alloc(0) }),
      assign: () => Promise.resolve(new Map()),
      assigned: () => {
        isIn = true;
        return Promise.resolve('stay');
      },
      rebalancing: () => {},
      lost: () => Promise.resolve(),
      failed: () => {},
    });
    await until(() => isIn);
    await member.commit([{ topic: 'in', partition: 0, offset, metadata: '' }]);
    await member.stop();
  };
});
