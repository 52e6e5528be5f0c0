import { serdes, Stores, StreamsBuilder, type KTable, type TopologyConfig } from '@ouzel/streams';
import { TopologyTestDriver } from '@ouzel/testing';
import { planFor } from '../../topology/application-plan.js';
import type { SinkSpec } from '../../topology/plan.js';
import type { ForeignKeyJoined } from '../options/index.js';
import { plannedOf } from '../topology.js';

const text = { key: serdes.string, value: serdes.string };
type Kind = 'join' | 'leftJoin';
type Table = KTable<string, string>;
type Row = readonly [side: 'left' | 'right', key: string, value: string | null];

/** A row of the left table names its foreign key before the dot. */
const foreignKey = (value: string) => value.slice(0, value.indexOf('.'));

function joining(kind: Kind, derive: (table: Table, name: string) => Table, config: TopologyConfig = {}): TopologyTestDriver {
  const builder = new StreamsBuilder();
  const left = derive(builder.table('left', text), 'left');
  const right = derive(builder.table('right', text), 'right');
  const joiner = (value: string, foreign: string | null) => `${value}+${foreign}`;
  const options = { foreignKey, name: 'join' };
  const result = kind === 'join' ? left.join(right, joiner, options) : left.leftJoin(right, joiner, options);
  result.toStream().to('out', text);
  return new TopologyTestDriver(builder.build(), { cacheMaxBytes: 0, applicationId: 'app', defaultValueSerde: text.value, ...config });
}

async function pipeAll(driver: TopologyTestDriver, rows: readonly Row[]): Promise<void> {
  for (const [topic, key, value] of rows) await driver.createInputTopic(topic, text.key, text.value).pipeKeyValue(key, value, 1);
}

const rows: readonly Row[] = [
  ['left', '1', 'a.x'],
  ['right', 'a', 'r'],
  ['left', '2', 'a.y!'],
  ['right', 'a', 's!'],
  ['left', '1', 'b.x'],
  ['right', 'b', 't'],
  ['left', '1', 'b.z!'],
  ['left', '2', null],
];
/** Rows whose value ends with a bang are not there. */
const calm = (value: string) => !value.endsWith('!');
const filtered: Record<Kind, string[]> = {
  join: ['1=a.x+r', '1=null', '1=null', '1=b.x+t', '1=null'],
  leftJoin: ['1=a.x+null', '1=a.x+r', '1=a.x+null', '1=b.x+null', '1=b.x+t', '1=null'],
};
const mapped: Record<Kind, string[]> = {
  join: ['1=a.x+r', '2=a.y+r', '1=a.x+s', '2=a.y+s', '1=null', '1=b.x+t', '1=b.z+t', '2=null'],
  leftJoin: ['1=a.x+null', '1=a.x+r', '2=a.y+r', '1=a.x+s', '2=a.y+s', '1=b.x+null', '1=b.x+t', '1=b.z+t', '2=null'],
};
const inMemory = (name: string) => ({ store: Stores.inMemoryKeyValueStore(name), ...text });

describe.each<Kind>(['join', 'leftJoin'])('%s by foreign key', (kind) => {
  it.each<[string, (table: Table, name: string) => Table, Record<Kind, string[]>]>([
    ['filtered tables', (table) => table.filter(calm), filtered],
    ['filtered tables with stores', (table, name) => table.filter(calm, { materialized: inMemory(`${name}-calm`) }), filtered],
    ['mapped tables', (table) => table.mapValues((value) => value.replace('!', '')), mapped],
  ])('joins %s', async (_tables, derive, expected) => {
    const driver = joining(kind, derive);
    await pipeAll(driver, rows);
    const results = driver.createOutputTopic('out', text.key, text.value).readKeyValues();
    expect(results.map(([key, value]) => `${key}=${value}`)).toEqual(expected[kind]);
    await driver.close();
  });
});

it.each<[string, TopologyConfig['upgradeFrom'], string]>([
  ['without a partition for readers before 3.4', '3.3', '00034e4bc3a253e0a5e7cc226459c0ebe47c31'],
  ['with its partition for readers since 3.4', '3.4', '01034e4bc3a253e0a5e7cc226459c0ebe47c3100000000'],
  ['with its partition', undefined, '01034e4bc3a253e0a5e7cc226459c0ebe47c3100000000'],
])('a subscription is sent and kept %s, and answered', async (_how, upgradeFrom, bytes) => {
  const driver = joining('join', (table) => table, { ...(upgradeFrom !== undefined && { upgradeFrom }) });
  await pipeAll(driver, [
    ['right', 'a', 'r'],
    ['left', '1', 'a.x'],
    ['right', 'a', 's'],
  ]);
  const written = (topic: string) =>
    driver
      .producedRecords()
      .filter((record) => record.topic === topic)
      .map(({ value }) => value!.toString('hex'));
  expect(written('app-join-subscription-registration-topic')).toEqual([bytes]);
  expect(written('app-join-subscription-store-changelog')).toEqual([bytes]);
  expect(driver.createOutputTopic('out', text.key, text.value).readValues()).toEqual(['a.x+r', 'a.x+s']);
  await driver.close();
});

describe('the partition', () => {
  function partitionersOf(options: Pick<ForeignKeyJoined<string, string, string, string>, 'partitioner' | 'otherPartitioner'>) {
    const builder = new StreamsBuilder();
    const left = builder.table('left', text);
    left.join(builder.table('right', text), (value, foreign) => value + foreign, { foreignKey, name: 'join', ...options });
    const nodes = planFor(plannedOf(builder.build()), { applicationId: 'app' }).subTopologies.flatMap((sub) => sub.nodes);
    const partitionerOf = (sink: string) => (nodes.find(({ name }) => name === sink) as SinkSpec).partitioner;
    return {
      subscription: partitionerOf('join-subscription-registration-sink'),
      answer: partitionerOf('join-subscription-response-sink')!,
    };
  }
  const answer = (primaryPartition: number | null) => ({ hash: null, foreignValue: 'r', primaryPartition });

  it('of an answer is the one that asked; where that is not known, the key decides, as it does for subscriptions', () => {
    const partitioners = partitionersOf({});
    expect(partitioners.answer(answer(3), '1', 'topic', 4)).toBe(3);
    expect(partitioners.answer(answer(0), '1', 'topic', 4)).toBe(0);
    expect(partitioners.answer(answer(null), '1', 'topic', 4)).toBeUndefined();
    expect(partitioners.subscription).toBeUndefined();
  });

  it('is chosen by the partitioners of the user, which see keys only', () => {
    const seen: unknown[] = [];
    const partitioners = partitionersOf({
      partitioner: (...given) => seen.push(['row', ...given]),
      otherPartitioner: (...given) => seen.push(['foreign', ...given]),
    });
    expect(partitioners.answer(answer(3), '1', 'answers', 4)).toBe(1);
    expect(partitioners.subscription!('a subscription', 'a', 'subscriptions', 5)).toBe(2);
    expect(seen).toEqual([
      ['row', null, '1', 'answers', 4],
      ['foreign', null, 'a', 'subscriptions', 5],
    ]);
  });
});
