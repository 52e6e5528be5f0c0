import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { eventually, SampleInstance } from './sample-instance.js';

const brokers = process.env.KAFKA_BROKERS!;
const users = Array.from({ length: 50 }, (_, i) => `user-${i}`);

/** Each test has an application id of its own, so that tests do not see each other's totals. */
describe('the sample on a real Kafka', () => {
  const kafka = new Kafka({ clientId: 'failover', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  let producer: Producer;
  let admin: Admin;
  let folder: string;
  let serial = 0;
  let env: Record<string, string>;
  let topic: string;
  const instances: SampleInstance[] = [];
  const sent = new Map<string, number>();

  beforeAll(async () => {
    producer = kafka.producer({ allowAutoTopicCreation: false });
    admin = kafka.admin();
    await producer.connect();
    await admin.connect();
  });
  afterAll(async () => {
    await producer.disconnect();
    await admin.disconnect();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-failover-'));
    const unique = `${Date.now().toString(36)}-${serial++}`;
    topic = `payment-${unique}`;
    env = { OUZEL_APPLICATION_ID: `failover-${unique}`, PAYMENT_TOPIC: topic, UNKNOWN_PAYMENT_TOPIC: `unknown-${topic}` };
    await admin.createTopics({
      waitForLeaders: true,
      topics: [topic, `unknown-${topic}`].map((name) => ({ topic: name, numPartitions: 4 })),
    });
    sent.clear();
  });
  afterEach(async () => {
    for (const instance of instances.splice(0)) await instance.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (state = 'a', more: Record<string, string> = {}) => {
    const instance = await SampleInstance.start({ brokers, stateDir: join(folder, state), env: { ...env, ...more } });
    instances.push(instance);
    return instance;
  };
  const pay = async (perUser: number) => {
    for (let round = 0; round < perUser; round += 20) {
      const rounds = Math.min(20, perUser - round);
      const messages = users.flatMap((userId) =>
        Array.from({ length: rounds }, (_, i) => ({
          key: userId,
          value: JSON.stringify({ id: `${userId}-${round + i}`, userId, amount: 100, currency: 'EUR', ts: Date.now() }),
        })),
      );
      await producer.send({ topic, messages });
      for (const userId of users) sent.set(userId, (sent.get(userId) ?? 0) + rounds);
    }
  };
  const countsOf = async (of: readonly SampleInstance[]) => {
    const all = new Map<string, number>();
    for (const instance of of) for (const [key, count] of await instance.counts()) all.set(key, count);
    return all;
  };
  /** Resolves with the counts when every user's count has reached what was sent. */
  const counted = (of: readonly SampleInstance[]) =>
    eventually('all input counted', async () => {
      const counts = await countsOf(of);
      return users.every((userId) => (counts.get(userId) ?? 0) >= (sent.get(userId) ?? 0)) ? counts : undefined;
    });

  it('counts every payment once, and replays nothing after a clean stop', async () => {
    const first = await start();
    await first.ready();
    await pay(40);
    expect(await counted([first])).toEqual(sent);
    expect(await first.stop()).toBeLessThan(5_000);
    const second = await start();
    await second.ready();
    expect(await second.metric('ouzel_restored_records_total')).toBe(0);
    await pay(10);
    expect(await counted([second])).toEqual(sent);
  });

  it('loses nothing at kill -9, counts twice only what was not committed, and goes on from its own state', async () => {
    const first = await start();
    await first.ready();
    await pay(40);
    await counted([first]);
    const flow = pay(200);
    const commits = await first.metric('ouzel_commits_total');
    await eventually('flow and a commit', async () =>
      (await countsOf([first])).get('user-0')! > 60 && (await first.metric('ouzel_commits_total')) > commits ? true : undefined,
    );
    await first.kill();
    await flow;
    const total = [...sent.values()].reduce((sum, n) => sum + n, 0);
    const second = await start();
    await second.ready();
    const counts = await counted([second]);
    for (const userId of users) expect(counts.get(userId)!).toBeGreaterThanOrEqual(sent.get(userId)!);
    const doubled = [...counts.values()].reduce((sum, n) => sum + n, 0) - total;
    expect(doubled).toBeLessThan(total / 2);
    expect(await second.metric('ouzel_restored_records_total')).toBeLessThan(total);
    expect(second.output).toMatch(/resumed at offset \d+, restored \d+/);
  });

  it('restores a deleted state folder before it processes the first record', async () => {
    const first = await start();
    await first.ready();
    await pay(40);
    await counted([first]);
    await first.stop();
    await pay(5);
    const second = await start('b');
    await second.ready();
    expect(await counted([second])).toEqual(sent);
    expect(await second.metric('ouzel_restored_records_total')).toBeGreaterThan(0);
    expect(second.output).toMatch(/began from nothing, restored \d+/);
  });

  it('shares its partitions with a second instance, which takes over with the state when the first is killed', async () => {
    const first = await start('a', { OUZEL_SESSION_TIMEOUT: '6s' });
    await first.ready();
    await pay(20);
    await counted([first]);
    const second = await start('b', { OUZEL_SESSION_TIMEOUT: '6s' });
    await second.ready();
    const shared = await eventually('both own something', async () => {
      const [a, b] = [await first.counts(), await second.counts()];
      return a.size > 0 && b.size > 0 && a.size + b.size === users.length ? { a, b } : undefined;
    });
    const elsewhere = await first.get(`/totals/${[...shared.b.keys()][0]}`);
    expect(elsewhere.status).toBe(421);
    await pay(20);
    expect(await counted([first, second])).toEqual(sent);
    await first.kill();
    const counts = await counted([second]);
    for (const userId of users) expect(counts.get(userId)!).toBeGreaterThanOrEqual(sent.get(userId)!);
  });

  it('refuses a state folder that another instance uses', async () => {
    const first = await start();
    await first.ready();
    const second = await start();
    await eventually('refusal', async () => (second.output.includes('OUZEL_STATE_LOCKED') ? true : undefined));
  });
});
