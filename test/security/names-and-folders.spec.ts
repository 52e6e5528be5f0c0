import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { OuzelError } from '@ouzel/core';
import { embedded, KafkaStreams, serdes, silentLogger, StreamsBuilder, type Topology } from '@ouzel/streams';

const text = { key: serdes.string, value: serdes.string };
const alphabet = ['.', '..', '/', '\\', '\0', '~', 'a', 'Z', '0', '-', '_', ' ', '%2e', '\u202e', 'ü', '\n', '$', ':', '*'];

/** The same names each time: words over an alphabet of what has a meaning in paths (a linear congruential generator). */
function* names(count: number): Generator<string> {
  let seed = 7;
  const next = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  for (let i = 0; i < count; i++) yield Array.from({ length: 1 + next(6) }, () => alphabet[next(alphabet.length)]).join('');
  yield* ['', '.', '..', '../up', '/etc', 'a/../b', 'x'.repeat(250), '__proto__', 'CON'];
}

function counting(store: string, topic = 'in'): Topology {
  const builder = new StreamsBuilder();
  builder.stream(topic, text).groupByKey().count({ materialized: { store } });
  return builder.build();
}

describe('names (X1) and folders (X2)', () => {
  let root: string;
  beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'ouzel-names-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const client = (topology: Topology, applicationId: string) =>
    new KafkaStreams(topology, { applicationId, kafka: embedded(), stateDirectory: join(root, 'state'), logger: silentLogger });
  const everyPath = () => readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => join(root, path));

  it.each<[string, (name: string) => void]>([
    ['a store', (name) => void client(counting(name), 'app')],
    ['an application', (name) => void client(counting('counts'), name)],
    ['a topic', (name) => void client(counting('counts', name), 'app')],
  ])('of %s is refused at boot unless Kafka would allow it, 2,000 of them', (_of, boot) => {
    const accepted: string[] = [];
    for (const name of names(2_000)) {
      try {
        boot(name);
        accepted.push(name);
      } catch (error) {
        expect(error).toBeInstanceOf(OuzelError);
      }
    }
    expect(accepted.filter((name) => !/^[A-Za-z0-9._-]{1,249}$/.test(name) || name === '.' || name === '..')).toEqual([]);
    expect(accepted.length).toBeGreaterThan(0);
    expect(everyPath()).toEqual([]);
  });

  it('lead to no path outside of the state directory, and only the owner can enter it', async () => {
    const odd = ['..a', 'a..', '-rf', '__proto__', 'a.-_b'];
    for (const name of odd) {
      const kafka = embedded();
      const driver = kafka.createDriver({ clientId: 'test' });
      await driver.connect();
      await driver.admin.createTopics([{ topic: 'in', partitions: 1, replicationFactor: -1, config: {} }]);
      const streams = new KafkaStreams(counting(name), {
        applicationId: name,
        kafka,
        stateDirectory: join(root, 'state'),
        logger: silentLogger,
      });
      await streams.start();
      while (streams.state !== 'RUNNING') await new Promise((done) => setTimeout(done, 5));
      await streams.close();
      await driver.close();
    }
    expect(readdirSync(root)).toEqual(['state']);
    expect(readdirSync(join(root, 'state')).sort()).toEqual([...odd].sort());
    for (const name of odd) expect(lstatSync(join(root, 'state', name)).mode & 0o777).toBe(0o700);
    for (const path of everyPath()) {
      expect(relative(resolve(root), path).startsWith('..')).toBe(false);
      expect(lstatSync(path).isSymbolicLink()).toBe(false);
      expect(lstatSync(path).mode & 0o022).toBe(0);
    }
  });
});
