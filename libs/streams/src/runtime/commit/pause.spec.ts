import { EmbeddedApp, gate, text, until } from '../../embedded-app.spec-support.js';
import { serdes, StreamsBuilder, type KafkaStreams } from '../../index.js';

describe('an instance that was paused for longer than its session', () => {
  const app = EmbeddedApp.use('in', 'out');
  const minute = 60_000;
  // The pause is noticed by the commit or the producer, not by the next heartbeat.
  const times = { sessionTimeout: 5_000, heartbeatInterval: 2_000 };

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
  /** A client with one counted record, whose first commit waits for `resume`. */
  const inCommit = async () => {
    const held = gate();
    let isHeld = false;
    const kafka = app.slowKafka(async () => {
      if ((await app.size('out')) === 0) return;
      isHeld = true;
      await held.promise;
    });
    const streams = await app.started(counts(), { kafka, ...times });
    await app.sendValues('in', 'x');
    await until(() => isHeld);
    return { streams, resume: held.open };
  };
  const removeFromGroup = (streams: KafkaStreams) => app.driver.admin.removeMember('app', streams.status().memberId!);
  const logged = async () => (await app.read('app-counts-changelog', await app.size('app-counts-changelog'))).length;

  it('releases nothing that it held when it has lost its place, and begins again from what is committed', async () => {
    const { streams, resume } = await inCommit();
    const { memberId } = streams.status();
    await removeFromGroup(streams);
    // Another instance has counted to 100 meanwhile.
    const hundred = Buffer.alloc(8);
    hundred.writeBigInt64BE(100n);
    await app.send('app-counts-changelog', { value: hundred });
    app.clock.pause(minute);
    resume();
    await until(() => streams.state === 'RUNNING' && streams.status().memberId !== memberId);
    await until(async () => (await app.committed('in')) === 1);
    expect([await app.valueOf(streams, 'counts', 'k'), await logged()]).toEqual([101, 2]);
  });

  it('goes on where it finds that it still has its place', async () => {
    const { streams, resume } = await inCommit();
    const { memberId } = streams.status();
    app.clock.pause(minute);
    resume();
    await until(async () => (await app.committed('in')) === 1);
    expect([await app.valueOf(streams, 'counts', 'k'), await logged(), streams.status().memberId]).toEqual([1, 1, memberId]);
  });

  it('throws away outputs that it had not sent when it lost its place', async () => {
    const streams = await app.started(counts(), { ...times, commitInterval: '1h', producer: { linger: 300 } });
    await app.sendValues('in', 'x');
    await until(async () => (await app.valueOf(streams, 'counts', 'k')) === 1);
    await removeFromGroup(streams);
    app.clock.pause(minute);
    await until(async () => (await app.size('out')) === 1);
    await streams.close();
    expect(await app.size('out')).toBe(1);
  });

  it('sends them where it finds that it still has its place', async () => {
    const streams = await app.started(counts(), { ...times, commitInterval: '1h', producer: { linger: 300 } });
    const { memberId } = streams.status();
    await app.sendValues('in', 'x');
    await until(async () => (await app.valueOf(streams, 'counts', 'k')) === 1);
    app.clock.pause(minute);
    await until(async () => (await app.size('out')) === 1);
    expect(streams.status().memberId).toBe(memberId);
  });
});
