import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedApp, text, until } from './embedded-app.spec-support.js';
import { resetApplication, serdes, StreamsBuilder, type ApplicationTopics, type KafkaStreams, type ResetOptions } from './index.js';

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
    [{ shiftBy: -1 }, 1],
    [{ shiftBy: 5 }, 2],
    [{ shiftBy: -5 }, 0],
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
    await expect(reset({ to: { shiftBy: 0.5 } })).rejects.toMatchObject({ code: 'OUZEL_CONFIG' });
    await expect(reset({ to: { byDuration: 'soon' as '1s' } })).rejects.toMatchObject({ code: 'OUZEL_CONFIG' });
  });

  describe('that is known by the names of its topics', () => {
    const byName = (topics: ApplicationTopics, options?: ResetOptions) => resetApplication(topics, config(), options);

    it('does the same as one that is known by its topology', async () => {
      await ran();
      const dry = await reset({ dryRun: true });
      expect(await byName({ inputTopics: ['in', 'changes'] })).toEqual(dry);
      expect([await app.committed('in'), await topics(), existsSync(dry.stateDirectory)]).toEqual([0, ['changes', 'in', 'out'], false]);
    });

    it('deletes those of its internal topics that are named, and leaves the offsets of other inputs', async () => {
      await ran();
      const report = await byName({ inputTopics: [], internalTopics: ['app-counts-changelog'] });
      expect(report).toMatchObject({ inputs: [], deletedTopics: ['app-counts-changelog'], leftTopics: ['app-by-value-repartition'] });
      expect(await app.committed('in')).toBe(2);
    });

    it('refuses topics that do not exist, and topics that are not internal', async () => {
      await expect(byName({ inputTopics: ['in', 'inn'] })).rejects.toMatchObject({
        code: 'OUZEL_TOPIC_MISSING',
        what: 'there is no topic inn',
      });
      await expect(byName({ inputTopics: [], internalTopics: ['in'] })).rejects.toThrow('in: no internal topic of app');
      expect(await topics()).toContain('in');
    });
  });
});
