import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedApp, text, until } from './embedded-app.spec-support.js';
import { lockText, StreamsBuilder, topologyLock } from './index.js';

describe('the start of an application with a topology lock', () => {
  const app = EmbeddedApp.use('in');
  let file: string;
  beforeEach(async () => void (file = join(await mkdtemp(join(tmpdir(), 'ouzel-lock-')), 'topology.lock.json')));
  afterEach(() => rm(join(file, '..'), { recursive: true }));

  function counting(store: string) {
    const builder = new StreamsBuilder();
    builder.stream('in', text).groupByKey(text).count({ materialized: { store } });
    return builder.build();
  }
  const lock = (store: string) => writeFile(file, lockText(topologyLock(counting(store), { applicationId: 'app', kafka: app.kafka })));

  it('goes on where the topology is the same', async () => {
    await lock('counts');
    const streams = await app.started(counting('counts'), { topologyLock: file });
    expect(streams.state).toBe('RUNNING');
  });

  it('fails with all differences that would orphan something, before it does anything', async () => {
    await lock('counts');
    const streams = app.create(counting('totals'), { topologyLock: file });
    await expect(streams.start()).rejects.toMatchObject({
      code: 'OUZEL_TOPOLOGY_LOCK',
      message: expect.stringMatching(/store "counts": is gone, and "totals".*Choices: .*; or let the application begin anew/s) as unknown,
    });
    await until(() => streams.state === 'ERROR');
    expect([...(await app.driver.admin.topics()).keys()]).toEqual(['in']);
  });

  it('fails where there is no lock', async () => {
    await expect(app.create(counting('counts'), { topologyLock: file }).start()).rejects.toMatchObject({
      code: 'OUZEL_TOPOLOGY_LOCK',
      where: file,
    });
  });

  it('does not compare without the setting', async () => {
    const streams = await app.started(counting('counts'), { topologyLock: false });
    expect(streams.state).toBe('RUNNING');
    expect(() => app.create(counting('counts'), { topologyLock: '' })).toThrow(/topologyLock: must be the path of a file, or false/);
  });
});
