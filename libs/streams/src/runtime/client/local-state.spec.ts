import { cp, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partitionOf, StreamsBuilder, type KafkaStreams, type KeyValueStoreView, type Topology } from '../../index.js';
import { EmbeddedApp, keptLog, text, until } from '../../embedded-app.spec-support.js';

const padding = 'x'.repeat(2_000);
const keys = Array.from({ length: 200 }, (_, i) => `k${i}`);

function latest(logging = true): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream('values', text)
    .groupByKey(text)
    .reduce((_, value) => value, { materialized: { store: 'latest', caching: false, logging } });
  return builder.build();
}

function wipes(streams: KafkaStreams): number {
  return streams.metrics.collect().find(({ name }) => name === 'ouzel_state_wiped_total')!.samples[0]!.value;
}

async function rows(streams: KafkaStreams): Promise<string[]> {
  const found: string[] = [];
  for await (const [, value] of (streams.store('latest') as KeyValueStoreView<string, string>).all()) found.push(value.split(' x')[0]!);
  return found.sort();
}

/** Until all keys have their value of a round; a store can not be asked while its task begins again. */
function hasAll(streams: KafkaStreams, round: number): Promise<void> {
  const expected = keys.map((key) => `${key} ${round}`).sort();
  return until(async () => (await rows(streams).catch(() => [])).join() === expected.join());
}

describe('local state', () => {
  const app = EmbeddedApp.use({ topic: 'values', partitions: 2 });

  const write = (round: number) =>
    app.send('values', ...keys.map((key) => ({ key, value: `${key} ${round} ${padding}`, partition: partitionOf(Buffer.from(key), 2) })));
  const tables = async (partition: number) => {
    const folder = join(app.stateFolder('state'), 'app');
    const task = (await readdir(folder)).find((name) => name.endsWith(`_${partition}`))!;
    return (await readdir(join(folder, task))).filter((name) => name.endsWith('.ldb')).map((name) => join(folder, task, name));
  };
  /** An instance was here, twice, so that rows stand in tables. */
  const used = async (topology: Topology) => {
    for (const round of [0, 1]) {
      const streams = await app.started(topology);
      await write(round);
      await hasAll(streams, round);
      await streams.close();
    }
  };

  it('that is damaged when a task opens is restored, counted and logged; other tasks go on from theirs', async () => {
    await used(latest());
    for (const file of await tables(0)) await truncate(file, 10);
    const { logger, lines } = keptLog();
    const streams = await app.started(latest(), { logger });
    await hasAll(streams, 1);
    expect(wipes(streams)).toBe(1);
    expect(lines.filter((line) => line.includes('was wiped'))).toEqual([
      expect.stringMatching(/task 0_0: local state was wiped, \d+\.ldb has 10 of/),
    ]);
  });

  it('that is damaged while its task runs is restored, and the other task does not begin again', async () => {
    await used(latest());
    const { logger, lines } = keptLog();
    const streams = await app.started(latest(), { logger });
    for (const file of await tables(0)) await writeFile(file, (await readFile(file)).fill('x', 0, 100_000), { flag: 'r+' });
    await until(async () => {
      await rows(streams).catch(() => {});
      return wipes(streams) === 1;
    });
    await hasAll(streams, 1);
    await write(2);
    await hasAll(streams, 2);
    expect(lines.filter((line) => line.includes('begins again'))).toEqual([expect.stringMatching(/task 0_0/)]);
  });

  it('that is damaged and has no changelog stops the client with a named error, and stays as it is', async () => {
    await used(latest(false));
    const [table] = await tables(0);
    await truncate(table!, 10);
    const streams = await app.start(latest(false));
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure).toMatchObject({
      code: 'OUZEL_STATE_CORRUPT',
      message: expect.stringMatching(/has 10 of \d+ bytes, and store "latest" has no changelog .*Remove the folder/),
    });
    expect((await readFile(table!)).length).toBe(10);
  });

  describe('that is older than the deletions that its changelog keeps', () => {
    const shortMemory = { topicConfig: { 'delete.retention.ms': '1' } };

    it('is restored from the beginning when another instance wrote since', async () => {
      const first = await app.started(latest(), shortMemory);
      await write(0);
      await hasAll(first, 0);
      await first.close();
      const second = await app.started(latest(), { ...shortMemory, stateDirectory: app.stateFolder('other') });
      await write(1);
      await hasAll(second, 1);
      await second.close();
      const { logger, lines } = keptLog();
      const again = await app.started(latest(), { ...shortMemory, logger });
      await hasAll(again, 1);
      expect(wipes(again)).toBe(2);
      expect(lines.join()).toMatch(/the rows of store "latest" are \d+ s old, and the changelog keeps deletions for 0 s/);
    });

    it('is complete when nobody wrote since, however old it is', async () => {
      const first = await app.started(latest(), shortMemory);
      await write(0);
      await hasAll(first, 0);
      await first.close();
      const again = await app.started(latest(), shortMemory);
      await hasAll(again, 0);
      expect(wipes(again)).toBe(0);
    });

    it('is resumed from where deletions are kept for longer', async () => {
      const first = await app.started(latest());
      await write(0);
      await hasAll(first, 0);
      await first.close();
      const second = await app.started(latest(), { stateDirectory: app.stateFolder('other') });
      await write(1);
      await hasAll(second, 1);
      await second.close();
      const again = await app.started(latest());
      await hasAll(again, 1);
      expect(wipes(again)).toBe(0);
    });
  });

  it('that was not committed for longer than stateMaxAge is restored from the beginning', async () => {
    const first = await app.started(latest());
    await write(0);
    await hasAll(first, 0);
    await first.close();
    const again = await app.started(latest(), { stateMaxAge: 0 });
    await hasAll(again, 0);
    expect(wipes(again)).toBe(2);
  });

  it('that was copied from an instance that lives does not throw that one out of its group', async () => {
    const { logger, lines } = keptLog();
    const living = await app.started(latest(), { logger });
    await write(0);
    await hasAll(living, 0);
    const { memberId } = living.status();
    await cp(app.stateFolder('state'), app.stateFolder('copy'), { recursive: true });
    const other = await app.started(latest(), { logger, stateDirectory: app.stateFolder('copy') });
    await until(() => [living, other].every((streams) => streams.state === 'RUNNING' && streams.status().tasks.length === 1));
    expect(living.status().memberId).toBe(memberId);
    expect(lines.filter((line) => line.includes('its old membership is removed'))).toEqual([]);
  });
});
