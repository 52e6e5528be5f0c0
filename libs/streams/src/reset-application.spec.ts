import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedApp, text, until } from './embedded-app.spec-support.js';
import { resetApplication, serdes, StreamsBuilder, type KafkaStreams, type ResetOptions } from './index.js';

const hour = 3_600_000;

describe('the reset of an application', () => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 2 }, 'changes', 'out');

  /** Counts by value, with a repartition topic and a changelog, and reads a table from a source topic. */
  function topology() {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .selectKey((value) => value)
      .groupByKey({ ...text, name: 'by-value' })
      .count({ materialized: { store: 'counts' } })
      .toStream()
      .to('out', { key: serdes.string, value: serdes.long });
    builder.stream(/change.*/, text).forEach(() => {});
    return builder.build();
  }
  const config = () => ({ applicationId: 'app', kafka: app.kafka, stateDirectory: app.stateFolder('state'), clock: app.clock });
  const reset = (options?: ResetOptions) => resetApplication(topology(), config(), options);
  const countOf = (streams: KafkaStreams, key: string) => app.valueOf<number>(streams, 'counts', key);
  const internal = ['app-by-value-repartition', 'app-counts-changelog'];
  const topics = async () => [...(await app.driver.admin.topics()).keys()].sort();

  /** Runs the application until it has processed two records of `in`, and one of `changes`. */
  async function ran(): Promise<void> {
    const streams = await app.started(topology(), { stateDirectory: app.stateFolder('state') });
    const now = Date.now();
    await app.send('in', { value: 'a', timestamp: now - 2 * hour }, { value: 'a', timestamp: now });
    await app.sendValues('changes', 'x');
    await until(async () => (await countOf(streams, 'a')) === 2 && (await app.committed('changes')) === 1);
    await streams.close();
  }

  it('lets it begin anew: offsets, internal topics and local state', async () => {
    await ran();
    const report = await reset();
    expect(report).toEqual({
      applicationId: 'app',
      inputs: [
        { topic: 'changes', partition: 0, offset: 0 },
        { topic: 'in', partition: 0, offset: 0 },
        { topic: 'in', partition: 1, offset: 0 },
      ],
      deletedTopics: internal,
      leftTopics: [],
      stateDirectory: join(app.stateFolder('state'), 'app'),
    });
    expect(await app.committed('in')).toBe(0);
    expect(await topics()).toEqual(['changes', 'in', 'out']);
    expect(existsSync(report.stateDirectory)).toBe(false);
    const again = await app.started(topology(), { stateDirectory: app.stateFolder('state') });
    await until(async () => (await countOf(again, 'a')) === 2);
    await until(async () => (await app.size('out')) >= 2);
  });

  it('changes nothing in a dry run, and says the same', async () => {
    await ran();
    const before = await topics();
    const dry = await reset({ dryRun: true });
    expect([await app.committed('in'), await topics(), existsSync(dry.stateDirectory)]).toEqual([2, before, true]);
    expect(await reset()).toEqual(dry);
  });

  it.each<[ResetOptions['to'], number]>([
    ['earliest', 0],
    ['latest', 2],
    [{ byDuration: '1h' }, 1],
    [{ byDuration: '3h' }, 0],
    [{ at: new Date(Date.now() + hour) }, 2],
    [{ at: 0 }, 0],
  ])('begins at %j', async (to, offset) => {
    await ran();
    await reset({ to: to! });
    expect(await app.committed('in')).toBe(offset);
  });

  it('refuses while instances are alive, names them, and changes nothing', async () => {
    const streams = await app.started(topology(), { stateDirectory: app.stateFolder('other') });
    const before = await topics();
    const refused = reset();
    await expect(refused).rejects.toMatchObject({ code: 'OUZEL_STATE_TRANSITION', where: 'app' });
    await expect(refused).rejects.toThrow(streams.status().memberId!);
    expect(await topics()).toEqual(before);
  });

  it('leaves topics of earlier versions, and of applications whose name begins alike, until they are named', async () => {
    await app.createTopics('app-old-changelog', 'app-two-counts-changelog', 'app-notes');
    const dry = await reset({ dryRun: true });
    expect(dry.leftTopics).toEqual(['app-old-changelog', 'app-two-counts-changelog']);
    const report = await reset({ alsoDelete: ['app-old-changelog'] });
    expect(report).toMatchObject({ deletedTopics: ['app-old-changelog'], leftTopics: ['app-two-counts-changelog'] });
    expect(await topics()).toEqual(['app-notes', 'app-two-counts-changelog', 'changes', 'in', 'out']);
    await expect(reset({ alsoDelete: ['in', 'app-notes'] })).rejects.toThrow('in, app-notes: no internal topic of app');
    expect(await topics()).toContain('in');
  });

  it('refuses a time that is none', async () => {
    await expect(reset({ to: { at: NaN } })).rejects.toMatchObject({ code: 'OUZEL_CONFIG' });
    await expect(reset({ to: { byDuration: 'soon' as '1s' } })).rejects.toMatchObject({ code: 'OUZEL_CONFIG' });
  });
});
