import { embedded } from '../embedded/index.js';
import type { Admin, KafkaConnection } from '../client/index.js';
import { driverConformance } from './index.js';

/** A connection whose admin differs from the sound one by these methods. */
function withAdmin(connection: KafkaConnection, faulty: (sound: Admin) => Partial<Admin>): KafkaConnection {
  return {
    createDriver: (options) => {
      const driver = connection.createDriver(options);
      const admin: Admin = new Proxy(driver.admin, {
        get: (sound, name) => {
          const found = faulty(sound)[name as keyof Admin] ?? sound[name as keyof Admin];
          return found.bind(sound);
        },
      });
      return new Proxy(driver, {
        get: (sound, name) => {
          if (name === 'admin') return admin;
          const found: unknown = Reflect.get(sound, name);
          return typeof found === 'function' ? (found.bind(sound) as unknown) : found;
        },
      });
    },
  };
}

async function failuresOf(connection: KafkaConnection, subject: string): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of driverConformance(() => ({ connection, shortestSessionMs: 200 }))) {
    if (name.startsWith(subject)) await run().catch(() => failed.push(name));
  }
  return failed;
}

describe('the conformance suite of drivers', () => {
  const kafka = embedded();
  afterAll(() => kafka.close());

  it('names each of its tests once', () => {
    const names = driverConformance(() => ({ connection: kafka })).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(50);
    expect(new Set(names).size).toBe(names.length);
  });

  it('fails a driver that finds offsets one too far', async () => {
    const faulty = withAdmin(kafka, (sound) => ({
      listOffsets: async (...query) => (await sound.listOffsets(...query)).map((found) => ({ ...found, offset: found.offset + 1 })),
    }));
    expect(await failuresOf(faulty, 'offsets of a partition are found')).toEqual([
      'offsets of a partition are found by position and by time',
      'offsets of a partition are found by time though the times are not in order',
    ]);
  });

  it('fails a driver that changes a topic that exists', async () => {
    const faulty = withAdmin(kafka, (sound) => ({
      createTopics: async (topics) => {
        await sound.deleteTopics(topics.map(({ topic }) => topic));
        await sound.createTopics(topics);
      },
    }));
    expect(await failuresOf(faulty, 'topics are left')).toEqual(['topics are left as they are when they exist already']);
  });
});
