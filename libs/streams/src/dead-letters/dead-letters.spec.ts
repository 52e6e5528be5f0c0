import { EmbeddedApp, text, until } from '../embedded-app.spec-support.js';
import { Headers, openDeadLetters, serdes, silentLogger, StreamsBuilder, type DeadLetters } from '../index.js';

describe('dead letters', () => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 2 }, 'other', { topic: 'dead', partitions: 2 }, 'repaired');
  let letters: DeadLetters;
  beforeEach(async () => {
    const kafka = app.kafka;
    letters = await openDeadLetters({ applicationId: 'app', kafka, deadLetterTopic: 'dead', logger: silentLogger });
  });
  afterEach(() => letters.close());

  /** Runs an application that gives up every record that begins with "bad". */
  async function running() {
    const builder = new StreamsBuilder();
    builder.stream('in', text).merge(builder.stream('other', text)).peek(refuseBad);
    return app.started(builder.build(), { processingHandler: 'continue', deadLetterTopic: 'dead' });
  }
  function refuseBad(value: string): void {
    if (value.startsWith('bad')) throw value === 'bad type' ? new TypeError('no such type') : new RangeError('out of bounds');
  }
  const deadLetters = async (count: number) => {
    await until(async () => (await letters.list()).length === count);
    return letters.list();
  };

  it('are listed with the newest first and without their payloads, and tell what failed and why', async () => {
    await running();
    await app.send('in', { key: 'a', value: 'bad', timestamp: 1_000 });
    await deadLetters(1);
    await app.send('in', { key: 'a', value: 'bad type', timestamp: 2_000, partition: 1 });
    await deadLetters(2);
    await app.send('other', { key: 'a', value: 'good', timestamp: 2_500 }, { key: 'a', value: 'bad', timestamp: 3_000 });
    const found = await deadLetters(3);
    expect(found).toEqual([
      expect.objectContaining({ timestamp: 3_000, origin: { topic: 'other', partition: 0, offset: 1 }, exception: 'RangeError' }),
      expect.objectContaining({ timestamp: 2_000, origin: { topic: 'in', partition: 1, offset: 0 }, message: 'no such type' }),
      expect.objectContaining({ timestamp: 1_000, keySize: 1, valueSize: 3, replayOf: [] }),
    ]);
    expect(JSON.stringify(found)).not.toContain('bad');
    expect(await letters.list({ limit: 1 })).toEqual(found.slice(0, 1));
  });

  it('are found by topic, error, message and time', async () => {
    await running();
    await app.send('in', { value: 'bad', timestamp: 1_000 }, { value: 'bad type', timestamp: 2_000 });
    await app.send('other', { value: 'bad', timestamp: 3_000 });
    await deadLetters(3);
    const times = async (filter: object) => (await letters.list(filter)).map(({ timestamp }) => timestamp);
    expect(await times({ topic: 'in' })).toEqual([2_000, 1_000]);
    expect(await times({ exception: 'RangeError' })).toEqual([3_000, 1_000]);
    expect(await times({ message: 'SUCH TYPE' })).toEqual([2_000]);
    expect(await times({ since: 2_000, until: new Date(3_000) })).toEqual([2_000]);
    await expect(letters.list({ since: NaN })).rejects.toMatchObject({ code: 'OUZEL_CONFIG' });
  });

  it('are found far back, behind many others', async () => {
    const dead = (exception: string) => Headers.of([['__streams.errors.exception', exception]]);
    await app.send('dead', { value: 'x', headers: dead('Rare') });
    await app.send('dead', ...Array.from({ length: 700 }, () => ({ value: 'x', headers: dead('Frequent') })));
    expect(await letters.list({ exception: 'Rare' })).toMatchObject([{ partition: 0, offset: 0 }]);
    expect(await letters.list({ limit: 150 })).toHaveLength(150);
  });

  it('are shown whole, with key and value only on request', async () => {
    await running();
    const headers = Headers.of([
      ['trace', 'abc'],
      ['bytes', Buffer.from([0xff, 0x00])],
      ['none', null],
    ]);
    await app.send('in', { key: 'a', value: 'bad', headers });
    const { partition, offset } = (await deadLetters(1))[0]!;
    expect(await letters.show(partition, offset)).toMatchObject({
      stacktrace: expect.stringContaining('refuseBad') as unknown,
      headers: [
        { name: 'trace', value: 'abc' },
        { name: 'bytes', value: 'base64:/wA=' },
        { name: 'none', value: null },
      ],
      payload: undefined,
    });
    expect(await letters.show(partition, offset, { payload: true })).toMatchObject({
      payload: { key: Buffer.from('a'), value: Buffer.from('bad') },
    });
    expect(await letters.show(partition, offset + 1)).toBeUndefined();
    expect(await letters.show(9, 0)).toBeUndefined();
  });

  it('go back to the topics and partitions that they came from, as they were, with the place of the dead letter', async () => {
    const streams = await running();
    const headers = Headers.of([['trace', 'abc']]);
    await app.send('other', { key: null, value: 'bad', timestamp: 7, headers }, { key: 'b', value: 'bad type', timestamp: 8 });
    const [second, first] = await deadLetters(2);
    await streams.close();
    const dry = await letters.replay({ dryRun: true });
    expect(dry).toMatchObject({ dryRun: true, replayed: [{}, {}], skipped: [], failed: [] });
    expect(await app.size('other')).toBe(2);
    const report = await letters.replay({ exception: 'RangeError' });
    expect(report.replayed).toEqual([
      { partition: first!.partition, offset: first!.offset, to: { topic: 'other', partition: 0, offset: 2 } },
    ]);
    const replayed = (await app.read('other', 3))[2]!;
    expect([replayed.key, String(replayed.value), replayed.timestamp]).toEqual([null, 'bad', 7]);
    expect([...replayed.headers].map(([name, value]) => [name, String(value)])).toEqual([
      ['trace', 'abc'],
      ['__ouzel.replay.of', `dead-${first!.partition}@${first!.offset}`],
    ]);
    expect((await letters.replay({ letters: [second!] })).replayed).toHaveLength(1);
  });

  it('show that the record had been replayed when it fails again', async () => {
    await running();
    await app.send('in', { value: 'bad' });
    const [first] = await deadLetters(1);
    await letters.replay();
    const again = await deadLetters(2);
    expect(again.map(({ replayOf }) => replayOf)).toContainEqual([`dead-${first!.partition}@${first!.offset}`]);
  });

  it('go to another topic, by their keys', async () => {
    await running();
    await app.send('in', { key: 'a', value: 'bad', partition: 1 });
    await deadLetters(1);
    expect((await letters.replay({ to: 'repaired' })).replayed).toMatchObject([{ to: { topic: 'repaired', partition: 0, offset: 0 } }]);
    expect(await app.values('repaired', 1)).toEqual(['bad']);
    await expect(letters.replay({ to: 'dead' })).rejects.toMatchObject({ code: 'OUZEL_CONFIG' });
  });

  it('stay, with the reason, where it is not known which record failed or its topic is gone', async () => {
    const of = (topic: string | null) =>
      Headers.of([
        ['__streams.errors.topic', topic],
        ['__streams.errors.partition', topic === null ? '-1' : '0'],
        ['__streams.errors.offset', topic === null ? '-1' : '5'],
      ]);
    await app.send('dead', { value: null, headers: of(null) }, { value: 'x', headers: of('gone') });
    expect(await letters.replay()).toMatchObject({
      replayed: [],
      skipped: [
        { offset: 0, reason: expect.stringContaining('punctuation') as unknown },
        { offset: 1, reason: 'there is no topic gone' },
      ],
    });
  });

  it('keep headers of the same names that the record had before it failed', async () => {
    const places = ['exception', 'message', 'stacktrace', 'topic', 'partition', 'offset'];
    const dead = (values: readonly string[]) => places.map((name, i): [string, string] => [`__streams.errors.${name}`, values[i]!]);
    const [former, latter] = [dead(['A', 'a', 's', 'x', '0', '1']), dead(['B', 'b', 's', 'repaired', '0', '2'])];
    await app.send('dead', { value: 'x', headers: Headers.of([...former, ...latter]) });
    expect(await letters.list()).toMatchObject([{ exception: 'B', origin: { topic: 'repaired' } }]);
    await letters.replay();
    const [replayed] = await app.read('repaired', 1);
    expect([...replayed!.headers].map(([name, value]) => [name, String(value)]).slice(0, -1)).toEqual(former);
  });

  it('need a topic that is set and exists', async () => {
    const config = { applicationId: 'app', kafka: app.kafka, logger: silentLogger };
    await expect(openDeadLetters(config)).rejects.toMatchObject({ code: 'OUZEL_CONFIG' });
    const missing = await openDeadLetters({ ...config, deadLetterTopic: 'missing' });
    await expect(missing.list()).rejects.toMatchObject({ code: 'OUZEL_TOPIC_MISSING' });
    await missing.close();
  });

  it('are those of committed transactions only', async () => {
    const producer = app.createProducer('writer');
    await producer.initTransactions();
    const record = { topic: 'dead', partition: 0, key: null, value: serdes.string.serialize('x', '', Headers.empty), timestamp: 1 };
    producer.beginTransaction();
    producer.send({ ...record, headers: Headers.empty });
    await producer.flush();
    expect(await letters.list()).toEqual([]);
    await producer.abortTransaction();
    expect(await letters.list()).toEqual([]);
  });
});
