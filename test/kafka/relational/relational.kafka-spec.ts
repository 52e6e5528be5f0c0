import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel, Partitioners, type Admin, type Consumer, type Producer } from 'kafkajs';
import { eventually, fresh, sharedBrokers } from '../real-kafka.js';

const root = join(import.meta.dirname, '..', '..', '..');
const inputs = ['articles', 'comments', 'authors'] as const;
const outputs = ['titled', 'counts', 'overview'] as const;
type Change = readonly [input: (typeof inputs)[number], key: string, value: Record<string, string> | null];

/**
 * Returns changes of the three tables, always the same ones for a seed. One in `unsteady` changes moves a row to
 * another parent, or removes it. 0: none.
 */
function changes(seed: number, count: number, unsteady: number): Change[] {
  let state = seed;
  const below = (limit: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 1) % limit;
  const chance = () => unsteady > 0 && below(unsteady) === 0;
  return Array.from({ length: count }, (_, n): Change => {
    const kind = below(10);
    const isRemoved = chance();
    const other = chance() ? 1 + below(4) : 0;
    if (kind === 0) return ['authors', `author-${below(5)}`, isRemoved ? null : { name: `name ${n}` }];
    if (kind < 4) {
      const number = below(12);
      return ['articles', `article-${number}`, isRemoved ? null : { title: `title ${n}`, author: `author-${(number + other) % 6}` }];
    }
    const number = below(60);
    return ['comments', `comment-${number}`, isRemoved ? null : { article: `article-${(number + other) % 14}`, text: `text ${n}` }];
  });
}

/** Returns what the outputs must hold in the end, found by comparing all pairs of rows. */
function allPairs(all: readonly Change[]) {
  const rowsOf = (input: Change[0]) =>
    all.flatMap(([of, key, value], at) =>
      of === input && value !== null && !all.slice(at + 1).some((later) => later[0] === input && later[1] === key)
        ? [{ key, ...value }]
        : [],
    ) as Record<string, string>[];
  const [articles, comments, authors] = inputs.map(rowsOf) as [
    Record<string, string>[],
    Record<string, string>[],
    Record<string, string>[],
  ];
  const commentsOf = (article: string) => comments.filter((comment) => comment['article'] === article).length;
  const titled = comments.flatMap(({ key, article, text }) =>
    articles.filter((other) => other['key'] === article).map(({ title }) => [key, { text, title }] as const),
  );
  const counted = [...new Set(comments.map(({ article }) => article!))].map((article) => [article, commentsOf(article)] as const);
  const overview = articles.flatMap(({ key, title, author }) =>
    authors
      .filter((other) => other['key'] === author)
      .map(({ name }) => [key, { title, comments: commentsOf(key!), author: name }] as const),
  );
  return { titled: sorted(titled), counts: sorted(counted), overview: sorted(overview) };
}

function sorted(entries: Iterable<readonly [unknown, unknown]>) {
  return [...entries].sort(([a], [b]) => String(a).localeCompare(String(b)));
}

// Processing is at least once. A cache may merge changes in another way when they are read again, and then an update
// that was sent in between is not taken back. So with a cache, rows move and disappear only while no instance is killed
// (GUARANTEES).
describe.each([
  ['without a record cache', 0, 4],
  ['with one', 10 * 1024 * 1024, 0],
])('articles, comments and authors on a real Kafka, %s', (_, cacheBytes, unsteadyWhileKilled) => {
  const brokers = sharedBrokers();
  const kafka = new Kafka({ clientId: 'relational', brokers, logLevel: logLevel.NOTHING });
  const prefix = fresh('relational');
  const running = new Set<ChildProcess>();
  const found = new Map(outputs.map((output) => [`${prefix}-${output}`, new Map<string, unknown>()]));
  let seen = 0;
  let printed = '';
  let folder: string;
  let admin: Admin;
  let producer: Producer;
  let consumer: Consumer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ouzel-relational-'));
    admin = kafka.admin();
    producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    consumer = kafka.consumer({ groupId: `${prefix}-reader` });
    await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
    await admin.createTopics({
      waitForLeaders: true,
      topics: [...inputs, ...outputs].map((name) => ({ topic: `${prefix}-${name}`, numPartitions: 3 })),
    });
    await consumer.subscribe({ topics: [...found.keys()], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ topic, message: { key, value } }) => {
        seen++;
        const rows = found.get(topic)!;
        const row = value === null ? null : (JSON.parse(value.toString()) as unknown);
        // An article without comments has a count of 0, or none if it never had one.
        if (row === null || row === 0) rows.delete(key!.toString());
        else rows.set(key!.toString(), row);
        return Promise.resolve();
      },
    });
  });
  afterAll(async () => {
    for (const child of running) await kill(child);
    await Promise.all([admin.disconnect(), producer.disconnect(), consumer.disconnect()]);
    await rm(folder, { recursive: true, force: true });
  });

  const start = (state: string): ChildProcess => {
    const child = spawn(process.execPath, ['dist/kafka/relational/program.js'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        BROKERS: brokers.join(','),
        PREFIX: prefix,
        STATE: join(folder, state),
        CACHE: String(cacheBytes),
      },
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (printed += data.toString()));
    running.add(child);
    return child;
  };
  const kill = async (child: ChildProcess) => {
    running.delete(child);
    if (child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const send = async (some: readonly Change[]) => {
    const topicMessages = inputs.map((input) => ({
      topic: `${prefix}-${input}`,
      messages: some.flatMap(([of, key, value]) => (of === input ? [{ key, value: value === null ? null : JSON.stringify(value) }] : [])),
    }));
    await producer.sendBatch({ topicMessages: topicMessages.filter(({ messages }) => messages.length > 0) });
  };
  /** Resolves when new outputs arrive, so that an instance that is killed then is at work. */
  const progress = async () => {
    const before = seen;
    await eventually(() => {
      for (const { exitCode } of running)
        if (exitCode !== null) throw new Error(`an instance has ended by itself: ${printed.slice(-2_000)}`);
      return seen > before + 20 ? true : undefined;
    }, 30_000);
  };

  const expectAllPairs = async (all: readonly Change[]) => {
    const expected = allPairs(all);
    const held = () => Object.fromEntries(outputs.map((output) => [output, sorted(found.get(`${prefix}-${output}`)!)]));
    await eventually(() => (JSON.stringify(held()) === JSON.stringify(expected) ? true : undefined), 25_000).catch(() => {});
    expect(held()).toEqual(expected);
    return expected;
  };

  it('end with the rows that a comparison of all pairs gives, though instances are killed', async () => {
    const all = changes(7, 3_000, unsteadyWhileKilled);
    const flow = async (some: readonly Change[]) => {
      for (let at = 0; at < some.length; at += 50) await send(some.slice(at, at + 50));
    };
    const [first, second] = [start('a'), start('b')];
    await Promise.all([progress(), flow(all.slice(0, 1_000))]);
    await Promise.all([progress().then(() => kill(first)), flow(all.slice(1_000, 2_000))]);
    start('a');
    await Promise.all([progress().then(() => kill(second)), flow(all.slice(2_000))]);
    start('b');
    expect((await expectAllPairs(all)).overview.length).toBeGreaterThan(3);
    const calm = changes(8, 500, 4);
    await flow(calm);
    expect((await expectAllPairs([...all, ...calm])).titled.length).toBeGreaterThan(3);
    expect([...running].map(({ exitCode }) => exitCode)).toEqual([null, null]);
  });
});
