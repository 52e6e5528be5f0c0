import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetcherOf, producerOf, takeValues, write, transactionalProducerOf } from '../../conformance/clients.js';
import type { GroupIdentity, KafkaDriver } from '../../client/index.js';
import { embedded, type EmbeddedKafka } from '../index.js';

const place = { topic: 't', partition: 0 };
const nobody: GroupIdentity = { group: 'g', generation: -1, memberId: '', instanceId: undefined };

describe('a Kafka in a folder', () => {
  let directory: string;
  let kafka: EmbeddedKafka;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ouzel-kafka-'));
    kafka = embedded({ directory });
    kafka.createTopics([{ topic: 't' }]);
  });
  afterEach(() => {
    kafka.close();
    rmSync(directory, { recursive: true });
  });

  const log = () => join(directory, 't-0.log');
  const journal = () => join(directory, 'journal');
  const driver = () => kafka.createDriver({ clientId: 'test' });
  const restart = () => {
    kafka.close();
    kafka = embedded({ directory });
    return driver();
  };
  const read = (client: KafkaDriver, count: number, from = 0) => {
    const fetcher = fetcherOf(client, 'read_committed');
    fetcher.assign(place, from);
    return takeValues(fetcher, count);
  };
  const end = async (client: KafkaDriver) => (await client.admin.listOffsets([place], 'latest', 'read_committed'))[0]?.offset;

  it('has its topics, records and committed offsets again after a restart', async () => {
    kafka.createTopics([{ topic: 'other', partitions: 3, config: { 'cleanup.policy': 'compact' } }]);
    await write(producerOf(driver()), place, ['a', 'b']);
    const producer = transactionalProducerOf(driver(), 'id');
    await producer.initTransactions();
    producer.beginTransaction();
    await producer.sendOffsets([{ ...place, offset: 2, metadata: 'm' }], nobody);
    await producer.commitTransaction();
    const again = restart();
    expect(await again.admin.topics()).toEqual(
      new Map([
        ['t', { topic: 't', partitions: 1 }],
        ['other', { topic: 'other', partitions: 3 }],
      ]),
    );
    expect((await again.admin.topicConfigs(['other'])).get('other')).toMatchObject({ 'cleanup.policy': 'compact' });
    expect(await read(again, 2)).toEqual(['a', 'b']);
    expect(await again.admin.committedOffsets('g', [place])).toEqual([{ ...place, offset: 2, metadata: 'm' }]);
  });

  it('has every acknowledged record in the file already', async () => {
    await write(producerOf(driver()), place, ['acknowledged']);
    expect(readFileSync(log()).includes('acknowledged')).toBe(true);
  });

  it('begins where records were deleted, also when all were', async () => {
    await write(producerOf(driver()), place, ['a', 'b', 'c']);
    await driver().admin.deleteRecords([{ ...place, offset: -1 }]);
    const again = restart();
    expect(await again.admin.listOffsets([place], 'earliest', 'read_committed')).toEqual([{ ...place, offset: 3 }]);
    await write(producerOf(again), place, ['d']);
    expect(await read(restart(), 1, 3)).toEqual(['d']);
  });

  it('cuts off what was written of a batch when the process ended, and goes on behind the whole ones', async () => {
    const producer = producerOf(driver());
    await write(producer, place, ['a']);
    const whole = statSync(log()).size;
    await write(producer, place, ['torn']);
    truncateSync(log(), whole + 30);
    const again = restart();
    expect(await end(again)).toBe(1);
    await write(producerOf(again), place, ['b']);
    expect(await read(restart(), 2)).toEqual(['a', 'b']);
  });

  it('ends the log before a batch that was damaged', async () => {
    const producer = producerOf(driver());
    await write(producer, place, ['a']);
    const bytes = statSync(log()).size;
    await write(producer, place, ['b']);
    kafka.close();
    const damaged = readFileSync(log());
    damaged[bytes + 65]! ^= 1;
    writeFileSync(log(), damaged);
    expect(await end(restart())).toBe(1);
  });

  it('leaves out the last line of its journal when it was cut off', async () => {
    await write(producerOf(driver()), place, ['a']);
    appendFileSync(journal(), '{"kind":"topic","topic":"half');
    const again = restart();
    expect([...(await again.admin.topics()).keys()]).toEqual(['t']);
    expect(await end(again)).toBe(1);
  });

  it('does not bring back the records of a topic that was deleted and created again', async () => {
    await write(producerOf(driver()), place, ['old']);
    await producerOf(driver()).flush();
    await driver().admin.deleteTopics(['t']);
    kafka.createTopics([{ topic: 't' }]);
    await write(producerOf(driver()), place, ['new']);
    const again = restart();
    expect(await end(again)).toBe(1);
    expect(await read(again, 1)).toEqual(['new']);
  });

  it('still has the transaction that was open, for its next producer to abort', async () => {
    const crashed = driver();
    const producer = transactionalProducerOf(crashed, 'id');
    await producer.initTransactions();
    producer.beginTransaction();
    await write(producer, place, ['no']);
    await producer.sendOffsets([{ ...place, offset: 9, metadata: '' }], nobody);
    crashed.crash();
    const again = restart();
    expect(await end(again)).toBe(0);
    await transactionalProducerOf(again, 'id').initTransactions();
    expect(await end(again)).toBe(2);
    await write(producerOf(again), place, ['yes']);
    expect(await read(again, 1)).toEqual(['yes']);
    expect(await again.admin.committedOffsets('g', [place])).toMatchObject([{ offset: -1 }]);
  });

  it('finishes the transaction that was decided but not told to the partitions', async () => {
    const producer = transactionalProducerOf(driver(), 'id');
    await producer.initTransactions();
    producer.beginTransaction();
    await write(producer, place, ['yes']);
    await producer.sendOffsets([{ ...place, offset: 9, metadata: '' }], nobody);
    const beforeMarker = statSync(log()).size;
    await producer.commitTransaction();
    kafka.close();
    truncateSync(log(), beforeMarker);
    const lines = readFileSync(journal(), 'utf8').split('\n');
    writeFileSync(journal(), `${lines.slice(0, lines.findIndex((line) => line.includes('committing')) + 1).join('\n')}\n`);
    const again = restart();
    expect(await read(again, 1)).toEqual(['yes']);
    expect(await again.admin.committedOffsets('g', [place])).toMatchObject([{ offset: 9 }]);
  });

  it('does not give a producer id twice', async () => {
    await write(producerOf(driver()), place, ['a']);
    await write(producerOf(restart()), place, ['b']);
    expect(await read(driver(), 2)).toEqual(['a', 'b']);
    const ids = readFileSync(journal(), 'utf8').match(/"next":\d+/g);
    expect(ids?.at(-1)).toBe('"next":2');
  });

  it('keeps others out while it is open, and says so', () => {
    expect(() => embedded({ directory }).createTopics([])).toThrow(
      expect.objectContaining({ code: 'OUZEL_STATE_LOCKED', where: directory }),
    );
    kafka.close();
    const other = embedded({ directory });
    other.createTopics([]);
    other.close();
  });

  it('is not kept out by a lock that is not whole', async () => {
    kafka.close();
    writeFileSync(join(directory, 'lock'), '2147483646');
    kafka = embedded({ directory });
    expect((await driver().admin.topics()).size).toBe(1);
  });

  it('opens a copy of a folder that is in use', () => {
    const copy = mkdtempSync(join(tmpdir(), 'ouzel-kafka-copy-'));
    cpSync(directory, copy, { recursive: true });
    const other = embedded({ directory: copy });
    other.createTopics([]);
    expect(() => embedded({ directory: copy }).createTopics([])).toThrow(expect.objectContaining({ code: 'OUZEL_STATE_LOCKED' }));
    other.close();
    rmSync(copy, { recursive: true });
  });

  it('says what is wrong with a folder that can not be used', () => {
    writeFileSync(join(directory, 'file'), '');
    const place = join(directory, 'file', 'folder');
    expect(() => embedded({ directory: place }).createTopics([])).toThrow(
      expect.objectContaining({ code: 'OUZEL_STATE', where: place, help: expect.stringMatching(/`directory`/) }),
    );
  });
});
