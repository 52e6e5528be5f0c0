import { jest } from '@jest/globals';
import { Level } from 'level';
import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';
import { serdes, StreamsBuilder, type KafkaStreams, type Topology } from '../../index.js';

/** A disk that takes no more bytes while it is full: LevelDB can neither write nor be opened. */
class Disk {
  isFull = false;

  static use(): Disk {
    const disk = new Disk();
    beforeEach(() => disk.watch());
    afterEach(() => void jest.restoreAllMocks());
    return disk;
  }

  private watch(): void {
    this.isFull = false;
    const { batch, open } = Level.prototype;
    const full = () => {
      const cause = Object.assign(new Error('IO error: 000007.log: No space left on device'), { code: 'LEVEL_IO_ERROR' });
      return Promise.reject(this.isFull ? cause : new Error('the disk is not full'));
    };
    const isFull = () => this.isFull;
    jest.spyOn(Level.prototype, 'open').mockImplementation(function (this: Level, ...args: Parameters<typeof open>) {
      return isFull() ? full() : open.apply(this, args);
    });
    jest.spyOn(Level.prototype, 'batch').mockImplementation(function (this: Level) {
      const chained = batch.call(this);
      const write = chained.write.bind(chained);
      chained.write = (...args: []) => (isFull() ? full() : write(...args));
      return chained;
    } as never);
  }
}

describe.each(['at_least_once', 'exactly_once_v2'])('a disk that is full and is freed again, %s', (processingGuarantee) => {
  const app = EmbeddedApp.use('in', 'out');
  const disk = Disk.use();

  const counting = (): Topology => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .groupByKey()
      .count({ materialized: { store: 'counts', caching: false } })
      .toStream()
      .to('out', { key: serdes.string, value: serdes.long });
    return builder.build();
  };
  const start = (config: Record<string, unknown> = {}) => app.started(counting(), { processingGuarantee, ...config });
  const send = (count: number) => app.sendValues('in', ...Array.from({ length: count }, () => 'x'));
  const counted = (streams: KafkaStreams, count: number) => until(async () => (await app.valueOf(streams, 'counts', 'k')) === count);

  /** The counts in the outputs that are committed, up to the last one. */
  async function outputs(last: number): Promise<number[]> {
    const found: number[] = [];
    const fetcher = app.driver.createFetcher({ isolation: 'read_committed', maxWaitMs: 50, maxBytes: 1_048_576 });
    fetcher.assign({ topic: 'out', partition: 0 }, 0);
    await until(async () => {
      await fetcher.wait(10);
      for (const { records } of fetcher.take(10_000)) found.push(...records.map(({ value }) => Number(value!.readBigInt64BE())));
      return found.at(-1) === last;
    });
    await fetcher.close();
    return found;
  }
  const expectAll = (found: readonly number[], last: number) => {
    const all = Array.from({ length: last }, (_, i) => i + 1);
    if (processingGuarantee === 'exactly_once_v2') expect(found).toEqual(all);
    else expect([...new Set(found)].sort((a, b) => a - b)).toEqual(all);
  };

  it('lets the client go on where a task that fails is replaced: nothing is lost or doubled', async () => {
    const failures: Error[] = [];
    const streams = await start({ uncaughtHandler: (error: Error) => (failures.push(error), 'replace') });
    await send(10);
    await counted(streams, 10);
    disk.isFull = true;
    await send(10);
    await until(() => failures.length > 1);
    expect(failures[0]).toMatchObject({
      code: 'OUZEL_STATE',
      what: 'the disk of the local state is full',
      help: expect.stringContaining('Free some space'),
    });
    await send(10);
    disk.isFull = false;
    await counted(streams, 30);
    expectAll(await outputs(30), 30);
    expect(streams.state).toBe('RUNNING');
  });

  it('ends the client by default with an error that says so, and the next one goes on', async () => {
    const streams = await start();
    await send(10);
    await counted(streams, 10);
    disk.isFull = true;
    await send(10);
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure).toMatchObject({
      code: 'OUZEL_STATE',
      message: expect.stringContaining('the disk of the local state is full'),
    });
    await send(10);
    disk.isFull = false;
    const again = await start();
    await counted(again, 30);
    expectAll(await outputs(30), 30);
  });
});
