import { keyValueKind } from '../../state/key-value/key-value-kind.js';
import fc from 'fast-check';
import type { Change } from '../../record/change.js';
import { serdes } from '../../serdes/serdes.js';
import { subscription, type Subscription } from '../../serdes/subscription.js';
import { subscriptionOptions, subscriptionStoreKind } from '../../state/subscription/subscription-store-kind.js';
import { storeSpec } from '../../state/kind/store-spec.js';
import { OperatorBench } from '../operator-bench.spec-support.js';
import { TableSource } from '../table-source.js';
import { storeView } from '../table-view.js';
import { ForeignTableJoin } from './foreign-table-join.js';
import { resubscription } from './resubscription.js';
import { ResponseJoin } from './response-join.js';
import { SubscriptionJoin } from './subscription-join.js';
import { SubscriptionKeys } from './subscription-keys.js';
import { SubscriptionReceive } from './subscription-receive.js';
import { SubscriptionSend } from './subscription-send.js';
import { valueHash } from './value-hash.js';

type Kind = 'inner' | 'left';
/** A row of the left table names its foreign key before the dot; `-` is none. */
const foreignKey = (value: string) => (value.startsWith('-') ? null : value.slice(0, value.indexOf('.')));
const joiner = (left: string, right: string | null) => `${left}+${right}`;
const table = (name: string) =>
  storeSpec(keyValueKind, {
    name,
    options: { values: 'timestamped' },
    persistent: false,
    key: serdes.string,
    value: serdes.string,
    caching: false,
    logging: false,
  });

const topic = 'subscriptions';
const keys = new SubscriptionKeys({ foreignKey: serdes.string, primaryKey: serdes.string, topic });
const common = { join: 'join', keySerde: serdes.string, valueSerde: serdes.string, valueTopic: 'hash' };
const send = (kind: Kind, respondTo: 'partition' | 'key' = 'partition') =>
  new SubscriptionSend<string, string, string>({
    foreignKey,
    kind,
    foreignKeySerde: serdes.string,
    foreignKeyTopic: 'fk',
    respondTo,
    ...common,
  });
const change = (newValue: string | null, oldValue: string | null = null, isLatest = true): Change<string> => ({
  newValue,
  oldValue,
  isLatest,
});

describe('what is sent to the foreign table', () => {
  const sent = async (kind: Kind, value: Change<string>) => {
    const bench = await OperatorBench.open(send(kind));
    await bench.pipe('k', value, 3);
    return {
      bench,
      steps: bench.take().map(({ key, value: { instruction, hash } }) => `${key} ${instruction}${hash === null ? ' (no hash)' : ''}`),
    };
  };

  it.each<[Kind, Change<string>, string[]]>([
    ['inner', change('a.1'), ['a respond-to-match']],
    ['inner', change('a.2', 'a.1'), ['a respond-to-match']],
    ['inner', change('b.1', 'a.1'), ['a delete', 'b respond-always']],
    ['inner', change('-', 'a.1'), ['a delete-and-respond']],
    ['inner', change('a.1', '-'), ['a respond-to-match']],
    ['inner', change(null, 'a.1'), ['a delete-and-respond (no hash)']],
    ['inner', change(null, '-'), []],
    ['left', change('a.1'), ['a respond-always']],
    ['left', change('a.2', 'a.1'), ['a respond-always']],
    ['left', change('b.1', 'a.1'), ['a delete', 'b respond-always']],
    ['left', change('-'), ['null respond-always']],
    ['left', change('-', 'a.1'), ['a delete', 'null respond-always']],
    ['left', change(null, 'a.1'), ['a delete (no hash)', 'null respond-always (no hash)']],
    ['left', change(null, '-'), ['null respond-always (no hash)']],
    ['left', change(null, null), []],
  ])('by an %s join for %p', async (kind, value, expected) => {
    expect((await sent(kind, value)).steps).toEqual(expected);
  });

  it('counts a row without a foreign key in an inner join, and a change that is not the newest version', async () => {
    expect((await sent('inner', change('-'))).bench.dropped).toEqual(['null-foreign-key']);
    expect((await sent('left', change('-'))).bench.dropped).toEqual([]);
    expect((await sent('left', change('a.1', null, false))).bench.dropped).toEqual(['out-of-order-version']);
  });
});

it('a response goes to the partition of the row, or by its key where older readers take part', async () => {
  const partitionOf = async (respondTo: 'partition' | 'key') => {
    const bench = await OperatorBench.open(send('left', respondTo));
    await bench.pipe('k', change('a.1'), 3);
    return bench.take().map(({ value }) => value.primaryPartition);
  };
  expect(await partitionOf('partition')).toEqual([0]);
  expect(await partitionOf('key')).toEqual([null]);
});

it('a response to a row that has changed since is dropped and counted', async () => {
  const options = { left: storeView<string, string>('left'), joiner, kind: 'left' as const, ...common };
  const bench = await OperatorBench.open(new ResponseJoin<string, string, string, string>(options), [table('left')]);
  bench.getStateStore<{ put(key: string, value: unknown): void }>('left').put('k', { value: 'a.2', timestamp: 1 });
  const answer = (asked: string | null) => ({ hash: valueHash(asked, serdes.string, 'hash'), foreignValue: 'r', primaryPartition: null });
  for (const asked of ['a.1', null, 'a.2']) await bench.pipe('k', answer(asked), 3);
  expect(bench.take().map(({ value }) => value)).toEqual(['a.2+r']);
  expect(bench.dropped).toEqual(['stale-response', 'stale-response']);
});

/**
 * The whole join. Messages between both sides lie in two queues until they are delivered: each key's in order,
 * different keys in any.
 */
class WholeJoin {
  private readonly subscriptions: { key: string | null; value: Subscription<string>; timestamp: number }[] = [];
  private readonly responses: { key: string; value: unknown; timestamp: number }[] = [];
  readonly result = new Map<string, string>();

  private constructor(
    private readonly left: OperatorBench,
    private readonly right: OperatorBench,
    private readonly subscribed: SubscriptionReceive<string, string>,
    private readonly answered: OperatorBench,
  ) {}

  static async open(kind: Kind): Promise<WholeJoin> {
    const left = await OperatorBench.open(
      [new TableSource<string, string>({ store: 'left', oldValues: true }), send(kind)],
      [table('left')],
    );
    const kept = { store: 'subscriptions', keys, subscription: subscription(serdes.string), topic };
    const bytes = { key: serdes.buffer, value: serdes.buffer };
    const subscriptions = storeSpec(subscriptionStoreKind, {
      name: 'subscriptions',
      options: subscriptionOptions,
      ...bytes,
      logging: false,
    });
    const right = await OperatorBench.open(
      [new TableSource<string, string>({ store: 'right', oldValues: true }), new ForeignTableJoin<string, string, string>(kept)],
      [table('right'), subscriptions],
    );
    const receive = new SubscriptionReceive<string, string>(kept);
    const join = new SubscriptionJoin<string, string, string>({ right: storeView('right') });
    receive.children.push(join);
    join.children.push(right.end);
    receive.init(right);
    await join.init(right);
    const resolve = new ResponseJoin<string, string, string, string>({
      left: { stores: [], open: () => left.getStateStore<any>('left') },
      joiner,
      kind,
      ...common,
    });
    const answered = await OperatorBench.open(resolve);
    resubscription(answered, common.join).resubscribe = (row, record) => resubscription(left, common.join).resubscribe(row, record);
    resubscription(left, common.join).forwardNoResult = (record) => resubscription(answered, common.join).forwardNoResult(record);
    return new WholeJoin(left, right, receive, answered);
  }

  async put(side: 'left' | 'right', key: string, value: string | null, timestamp: number): Promise<void> {
    await this[side].pipe(key, value, timestamp);
    this.subscriptions.push(...(this.left.take() as typeof this.subscriptions));
    this.responses.push(...(this.right.take() as typeof this.responses));
  }

  /** Delivers the message that waits longest for the key that `choose` points at; false when there is none. */
  async deliver(choose: number): Promise<boolean> {
    const isResponse = this.subscriptions.length === 0 || (choose % 2 === 1 && this.responses.length > 0);
    const queue = isResponse ? this.responses : this.subscriptions;
    if (queue.length === 0) return false;
    const { key } = queue[choose % queue.length]!;
    const [message] = queue.splice(queue.findIndex((other) => other.key === key), 1); // prettier-ignore
    if (isResponse) {
      await this.answered.pipe(key, message!.value, message!.timestamp);
      this.subscriptions.push(...(this.left.take() as typeof this.subscriptions));
      for (const { key: row, value } of this.answered.take()) {
        if (value === null) this.result.delete(row);
        else this.result.set(row, value);
      }
    } else {
      await this.right.pipe(key, message!.value, message!.timestamp, { node: this.subscribed });
      this.responses.push(...(this.right.take() as typeof this.responses));
    }
    return true;
  }

  async deliverAll(): Promise<void> {
    for (let choose = 7; await this.deliver(choose); choose += 3);
  }
}

const writes = fc.array(
  fc.oneof(
    fc.record({
      side: fc.constant('left' as const),
      key: fc.constantFrom('1', '2'),
      value: fc.constantFrom('a.x', 'a.y', 'b.x', '-', null),
      deliver: fc.nat(9),
    }),
    fc.record({
      side: fc.constant('right' as const),
      key: fc.constantFrom('a', 'b'),
      value: fc.constantFrom('r', 's', null),
      deliver: fc.nat(9),
    }),
  ),
  { maxLength: 20 },
);

it.each<Kind>(['inner', 'left'])(
  'an %s join ends with what joining the final tables gives, however messages overtake each other',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(writes, async (list) => {
        const join = await WholeJoin.open(kind);
        const tables = { left: new Map<string, string>(), right: new Map<string, string>() };
        for (const [timestamp, { side, key, value, deliver }] of list.entries()) {
          await join.put(side, key, value, timestamp);
          if (value === null) tables[side].delete(key);
          else tables[side].set(key, value);
          for (let i = 0; i < deliver % 3; i++) await join.deliver(deliver + i);
        }
        await join.deliverAll();
        const expected = [...tables.left].flatMap(([key, value]) => {
          const foreign = tables.right.get(foreignKey(value) ?? '') ?? null;
          return kind === 'left' || foreign !== null ? [[key, joiner(value, foreign)]] : [];
        });
        expect(Object.fromEntries(join.result)).toEqual(Object.fromEntries(expected));
      }),
    );
  },
);

it.each<[string, readonly ['left' | 'right', string, string | null][]]>([
  [
    'the row is deleted and comes again without a match',
    [
      ['left', '1', null],
      ['left', '1', 'a.x'],
    ],
  ],
  [
    'the row changes and its match is deleted',
    [
      ['left', '1', 'b.y'],
      ['right', 'b', null],
    ],
  ],
])('an inner join gives its result up where %s before the answer comes, which Kafka Streams does not', async (_case, changes) => {
  // prettier-ignore
  const join = await WholeJoin.open('inner');
  await join.put('right', 'b', 'r', 0);
  await join.put('left', '1', 'b.x', 1);
  await join.deliverAll();
  for (const [side, key, value] of changes) await join.put(side, key, value, 2);
  await join.deliverAll();
  expect(join.result.size).toBe(0);
});

it('an answer has the later time of both rows, one to a change of the right row that row’s', async () => {
  const join = await OperatorBench.open(new SubscriptionJoin<string, string, string>({ right: storeView('right') }), [table('right')]);
  join.getStateStore<{ put(key: string, value: unknown): void }>('right').put('a', { value: 'r', timestamp: 50 });
  const asks = (instruction: Subscription<string>['instruction']) => ({ instruction, hash: null, primaryKey: 'k', primaryPartition: 0 });
  await join.pipe('a', asks('respond-to-match'), 10);
  await join.pipe('a', asks('respond-to-match'), 60);
  await join.pipe('b', asks('respond-always'), 10);
  await join.pipe('b', asks('respond-to-match'), 10);
  await join.pipe('a', asks('delete'), 10);
  expect(join.take().map(({ timestamp, value }) => `${value.foreignValue}@${timestamp}`)).toEqual(['r@50', 'r@60', 'null@10']);
});
