import { codeBlocksOf } from '../docs/pages.js';
import { Project } from './project.js';

/** The program of this name on this page. */
function program(page: string, name: string): string {
  const found = codeBlocksOf(page, 'js').find(({ file }) => file === name);
  if (found === undefined) throw new Error(`${page} has no program ${name}`);
  return found.code;
}

describe('the first programs in the documentation, outside of Nest', () => {
  const project = new Project();
  beforeAll(async () => {
    // Without its peers @ouzel/testing is only what needs no Nest.
    project.write({
      'package.json': JSON.stringify({
        private: true,
        dependencies: { snappy: '^7.4.3', 'lz4-napi': '^2.10.0', '@cloudpss/zstd': '^0.2.16' },
      }),
    });
    await project.install(['core', 'kafka', 'streams', 'testing']);
  }, 300_000);
  afterAll(() => project.remove());

  it.each(['README.md', 'libs/streams/README.md'])('count words: %s', async (page) => {
    project.write({ 'word-count.mjs': program(page, 'word-count.mjs') });
    const app = project.start('node', ['word-count.mjs']);
    await app.until(() => expect(app.output).toContain('kafka: 2'));
    expect(await app.stop('SIGINT')).toMatchObject({ code: 0, signal: null });
  });

  it('write to the embedded Kafka and read from it', async () => {
    project.write({ 'records.mjs': program('libs/kafka/README.md', 'records.mjs') });
    expect(await project.run('node', ['records.mjs'])).toBe('0: a = hello\n1: b = streams\n');
  });

  it('use the core', async () => {
    project.write({ 'core.mjs': program('libs/core/README.md', 'core.mjs') });
    expect(await project.run('node', ['core.mjs'])).toMatch(/^[0-3]\nOUZEL_CONFIG .*"5 minutes".*graceful/s);
  });

  it('test a topology in node --test', async () => {
    project.write({ 'counts.test.mjs': program('libs/testing/README.md', 'counts.test.mjs') });
    expect(await project.run('node', ['--test', 'counts.test.mjs'])).toMatch(/pass 1\n/);
  });

  it('test a driver in node --test', async () => {
    project.write({ 'driver.test.mjs': program('libs/kafka/README.md', 'driver.test.mjs') });
    expect(await project.run('node', ['--test', 'driver.test.mjs'])).toMatch(/pass [5-9]\d\n/);
  }, 180_000);
});
