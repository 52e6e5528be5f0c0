import { Headers } from '@ouzel/core';
import type { ConformanceTest } from '@ouzel/core/conformance';
import type { JoinSide, SidedValue } from '../serdes/left-or-right.js';
import type { Serde } from '../serdes/serde.js';
import { serdes } from '../serdes/serdes.js';
import { storeBuilder, SuppliedStore } from '../state/kind/store-supplier.js';
import { sessionKind, type SessionOptions } from '../state/session/session-kind.js';
import type { KeyValueStore, TimestampedKeyValueStore } from '../state/store.js';
import { Stores } from '../state/stores.js';
import { subscriptionOptions, subscriptionStoreKind } from '../state/subscription/subscription-store-kind.js';
import type { ChangeBuffer } from '../state/suppression-buffer/change-buffer.js';
import { suppressionBufferKind } from '../state/suppression-buffer/suppression-buffer-kind.js';
import type { UnmatchedRecords } from '../state/unmatched-records/unmatched-records.js';
import { unmatchedRecordsKind } from '../state/unmatched-records/unmatched-records-kind.js';
import { windowKind } from '../state/window/window-kind.js';
import type { WindowOptions } from '../state/window/window-options.js';
import { keyValueConformance } from './key-value-conformance.js';
import { sessionConformance } from './session-conformance.js';
import { storeConformance } from './store-conformance.js';
import { compareBytes, listed } from './store-lab.js';
import { versionedConformance } from './versioned-conformance.js';
import { windowConformance } from './window-conformance.js';

const segmentMs = 75_000;

function segmentOf(time: number): number {
  return Math.floor(time / segmentMs);
}

function itConforms(tests: readonly ConformanceTest[]): void {
  for (const { name, run } of tests) it(name, run);
}

describe('a persistent key-value store', () => itConforms(keyValueConformance(Stores.persistentKeyValueStore)));
describe('a key-value store in memory', () => itConforms(keyValueConformance(Stores.inMemoryKeyValueStore)));
describe('a versioned store', () => itConforms(versionedConformance(Stores.persistentVersionedKeyValueStore)));

describe.each<[string, boolean, Partial<WindowOptions>]>([
  ['a persistent window store', true, {}],
  ['a persistent window store in the order of time', true, { order: 'time' }],
  ['a persistent window store that is read by range', true, { access: 'range' }],
  ['a persistent window store that is read by range in the order of time', true, { access: 'range', order: 'time' }],
  ['a window store in memory', false, {}],
  ['a window store in memory that is read by range', false, { access: 'range' }],
])('%s', (_, persistent, shape) => {
  const bucketOf = !persistent || shape.order === 'time' ? (start: number) => start : segmentOf;
  itConforms(
    windowConformance(
      (name, { retainDuplicates = false }) =>
        new SuppliedStore(name, windowKind, { retentionMs: 150_000, sizeMs: 10, retainDuplicates, ...shape }, persistent),
      { order: ([a, aStart], [b, bStart]) => bucketOf(aStart) - bucketOf(bStart) || compareBytes(a, b) || aStart - bStart },
    ),
  );
});

describe.each<[string, boolean, Partial<SessionOptions>]>([
  ['a persistent session store', true, {}],
  ['a persistent session store in the order of time', true, { order: 'time' }],
  ['a session store in memory', false, {}],
])('%s', (_, persistent, shape) => {
  const bucketOf = persistent ? segmentOf : (end: number) => end;
  itConforms(
    sessionConformance((name) => new SuppliedStore(name, sessionKind, { retentionMs: 150_000, ...shape }, persistent), {
      order: ([a, aStart, aEnd], [b, bStart, bEnd]) =>
        bucketOf(aEnd) - bucketOf(bEnd) || compareBytes(a, b) || aEnd - bEnd || (persistent ? aStart - bStart : bStart - aStart),
    }),
  );
});

describe('an LRU map', () => {
  itConforms(
    storeConformance<KeyValueStore<string, string>>({
      builder: () => Stores.keyValueStoreBuilder(Stores.lruMap('store', 100), serdes.string, serdes.string),
      write: (store, step) => store.put(`k${step % 7}`, step % 5 === 4 ? null : `v${step}`),
      read: (store) => [0, 1, 2, 3, 4, 5, 6].map((key) => store.get(`k${key}`)),
    }),
  );
});

describe('a subscription store', () => {
  itConforms(
    storeConformance<TimestampedKeyValueStore<Buffer, Buffer>>({
      builder: () =>
        storeBuilder(new SuppliedStore('store', subscriptionStoreKind, subscriptionOptions, true), {}, serdes.buffer, serdes.buffer),
      write: (store, step) => store.put(Buffer.of(step % 7), step % 5 === 4 ? null : { value: Buffer.of(step), timestamp: 1_000 + step }),
      read: (store) => listed(store.all()),
    }),
  );
});

describe('a store of unmatched records', () => {
  const sided: Serde<SidedValue> = {
    serialize: ({ side, value }) => Buffer.from(`${side} ${String(value)}`),
    deserialize: (bytes) => {
      const [side, value] = bytes.toString().split(' ') as [JoinSide, string];
      return { side, value };
    },
  };
  itConforms(
    storeConformance<UnmatchedRecords<string>>({
      builder: () => storeBuilder(new SuppliedStore('store', unmatchedRecordsKind, {}, true), {}, serdes.string, sided),
      write: (store, step) => {
        const record = { key: `k${step % 3}`, timestamp: step % 11, side: step % 2 === 0 ? 'left' : 'right' } as const;
        if (step % 5 === 4) store.remove(record);
        else store.add(record, `v${step}`);
      },
      read: (store) => listed(store.olderThan({ left: 100, right: 100 })),
    }),
  );
});

describe('the buffer of a suppression', () => {
  itConforms(
    storeConformance<ChangeBuffer<string, string>>({
      builder: () => storeBuilder(new SuppliedStore('store', suppressionBufferKind, {}, false), {}, serdes.string, serdes.string),
      write: (store, step) => {
        const context = {
          topic: 'in',
          partition: 0,
          offset: step,
          timestamp: step,
          headers: Headers.empty,
          sourceKey: null,
          sourceValue: null,
        };
        if (step % 5 === 4)
          void store.evictWhile(
            () => store.size > 3,
            () => undefined,
          );
        else store.put(step, `k${step % 7}`, { newValue: `v${step}`, oldValue: null, isLatest: true }, context);
      },
      read: (store) => [store.size, store.bytes, ...[0, 1, 2, 3, 4, 5, 6].map((key) => store.priorValue(`k${key}`) === undefined)],
    }),
  );
});

describe('stores as users supply them', () => {
  itConforms(windowConformance(Stores.persistentWindowStore));
  itConforms(sessionConformance(Stores.persistentSessionStore));
});
