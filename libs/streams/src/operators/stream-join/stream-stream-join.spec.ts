import { windowKind } from '../../state/window/window-kind.js';
import fc from 'fast-check';
import { serdes } from '../../serdes/serdes.js';
import { storeSpec } from '../../state/kind/store-spec.js';
import { OperatorBench } from '../operator-bench.spec-support.js';
import { inputs, pairs, placed, window, type Kind } from './join-oracle.spec-support.js';
import { JoinWindowStore } from './join-window-store.js';
import { StreamStreamJoin } from './stream-stream-join.js';
import { StreamStreamSelfJoin } from './stream-stream-self-join.js';
import { leftOrRight } from '../../serdes/left-or-right.js';
import { unmatchedRecordsKind } from '../../state/unmatched-records/unmatched-records-kind.js';

const windowStore = (name: string) =>
  storeSpec(windowKind, {
    name,
    options: { values: 'plain', retentionMs: 35, sizeMs: 15, retainDuplicates: true },
    persistent: true,
    key: serdes.string,
    value: serdes.string,
    caching: false,
    logging: false,
  });
const stores = [
  windowStore('left'),
  windowStore('right'),
  storeSpec(unmatchedRecordsKind, {
    name: 'unmatched',
    options: {},
    key: serdes.string,
    value: leftOrRight({ left: serdes.string, right: serdes.string }),
    logging: false,
  }),
];
const joiner = (left: string | null, right: string | null) => `${left}+${right}`;

/** Both sides of a join, as the plan connects them. */
async function join(kind: Kind, emitIntervalMs = 0) {
  const common = { kind, window, outerStore: kind === 'inner' ? undefined : 'unmatched', emitIntervalMs, tracker: 'join' } as const;
  const sides = {
    left: [new JoinWindowStore({ store: 'left' }), new StreamStreamJoin({ ...common, side: 'left', otherStore: 'right', joiner })],
    right: [
      new JoinWindowStore({ store: 'right' }),
      new StreamStreamJoin({ ...common, side: 'right', otherStore: 'left', joiner: (right: any, left: any) => joiner(left, right) }),
    ],
  } as const;
  const bench = await OperatorBench.open(sides.left, stores);
  sides.right[0].children.push(sides.right[1]);
  sides.right[1].children.push(bench.end);
  for (const node of sides.right) void node.init(bench);
  const pipe = (side: 'left' | 'right', key: string | null, value: string | null, timestamp: number) =>
    bench.pipe(key, value, timestamp, { node: sides[side][0] });
  return { bench, pipe };
}

it.each<Kind>(['inner', 'left', 'outer'])('finds in an %s join what a search over all pairs finds, each once', async (kind) => {
  await fc.assert(
    fc.asyncProperty(inputs, async (list) => {
      const records = placed(list);
      const { bench, pipe } = await join(kind);
      for (const { side, key, value, timestamp } of records) await pipe(side, key, value, timestamp);
      // Time passes all windows, on both sides: nothing may wait any more.
      await pipe('left', 'z', 'end', 10_000);
      await pipe('right', 'z', 'end', 10_000);
      await pipe('left', 'z', 'end', 20_000);
      await pipe('right', 'z', 'end', 20_000);
      expect(
        bench
          .text()
          .filter((text) => !text.startsWith('z'))
          .sort(),
      ).toEqual(pairs(kind, records).sort());
    }),
  );
});

it('lets a record without a match wait until its window and the grace are over', async () => {
  const { bench, pipe } = await join('left');
  await pipe('left', 'k', 'l', 100);
  await pipe('right', 'x', 'r', 130);
  expect(bench.take()).toEqual([]);
  await pipe('right', 'x', 'r', 131);
  expect(bench.text()).toEqual(['k=l+null@100']);
});

it('joins a record with nothing at once when its window is over, though the grace is not, and again when a match comes later, as Kafka Streams does', async () => {
  const { bench, pipe } = await join('left');
  await pipe('right', 'x', 'r', 200);
  await pipe('left', 'k', 'l', 189);
  await pipe('right', 'k', 'r', 189);
  expect(bench.text()).toEqual(['k=l+null@189', 'k=l+r@189']);
});

it('looks for records that waited long enough once in an interval of the wall clock', async () => {
  const { bench, pipe } = await join('outer', 1_000);
  await pipe('left', 'k', 'l', 100);
  await pipe('right', 'x', 'r', 200);
  expect(bench.take()).toEqual([]);
  bench.clock.advance(1_000);
  await pipe('right', 'x', 'r', 201);
  expect(bench.text()).toEqual(['k=l+null@100']);
});

it('joins a record without a key with nothing where its side may be alone, and drops it elsewhere', async () => {
  const { bench, pipe } = await join('left');
  await pipe('left', null, 'l', 100);
  await pipe('right', null, 'r', 100);
  await pipe('left', 'k', null, 100);
  expect(bench.text()).toEqual(['null=l+null@100']);
  expect(bench.dropped).toEqual(['null-key-or-value', 'null-key-or-value']);
});

it('joins a stream with itself in one node as two nodes do', async () => {
  await fc.assert(
    fc.asyncProperty(inputs, async (list) => {
      const two = await join('inner');
      const one = await OperatorBench.open(
        [new JoinWindowStore<string, string>({ store: 'left' }), new StreamStreamSelfJoin({ store: 'left', window, joiner })],
        stores,
      );
      for (const { key, value, timestamp } of placed(list)) {
        await two.pipe('left', key, value, timestamp);
        await two.pipe('right', key, value, timestamp);
        await one.pipe(key, value, timestamp);
        expect(one.text()).toEqual(two.bench.text());
      }
    }),
  );
});

it('joins a record no more with itself that lies window and grace behind the newest', async () => {
  const bench = await OperatorBench.open(
    [new JoinWindowStore<string, string>({ store: 'left' }), new StreamStreamSelfJoin({ store: 'left', window, joiner })],
    stores,
  );
  await bench.pipe('k', 'a', 100);
  await bench.pipe('x', 'b', 67);
  await bench.pipe('y', 'c', 66);
  expect(bench.text()).toEqual(['k=a+a@100', 'x=b+b@67']);
});
