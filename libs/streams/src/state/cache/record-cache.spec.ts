import { Headers } from '@ouzel/core';
import type { RecordContext } from '../../record/record.js';
import { RecordCache, type FlushedEntry, type StoreCache } from './record-cache.js';
import { StoredValue } from '../rows/rows.js';

const contextOf = (timestamp: number, headers = Headers.empty, topic = 'in'): RecordContext => ({
  topic,
  partition: 0,
  offset: 0,
  timestamp,
  headers,
  sourceKey: null,
  sourceValue: null,
});
const value = (text: string) => new StoredValue(Buffer.from(text));
/** key 1 + 24, value 1 + 1, context 20 + topic 2. */
const smallEntry = 49;

class Lab {
  readonly flushed: (readonly [string, string | null, number])[][] = [];
  readonly cache: RecordCache;
  readonly store: StoreCache;

  constructor(maxBytes: number, extraKeyBytes = 0) {
    this.cache = new RecordCache(maxBytes);
    this.store = this.cache.open((entries) => this.note(entries), { extraKeyBytes });
  }

  put(key: string, text: string | null, timestamp = 0): void {
    this.store.put(key, text === null ? null : value(text), contextOf(timestamp));
    this.store.evict();
  }

  private note(entries: readonly FlushedEntry[]): void {
    this.flushed.push(
      entries.map(({ key, value: written, context }) => [key, written === null ? null : written.payload.toString(), context.timestamp]),
    );
  }
}

describe('the record cache', () => {
  it('weighs an entry as Kafka Streams does: key, value, topic and headers', () => {
    const lab = new Lab(1_000, 8);
    lab.store.put('key', value('12345'), contextOf(0, Headers.of([['name', Buffer.from('abc')]]), 'topic'));
    expect(lab.cache.bytes).toBe(8 + 3 + 24 + 5 + 1 + 20 + 5 + 4 + 3);
    lab.store.put('key', null, contextOf(0));
    expect(lab.cache.bytes).toBe(8 + 3 + 24 + 1 + 20 + 2);
    lab.store.clear();
    expect(lab.cache.bytes).toBe(0);
  });

  it('flushes the last update of each key, in the order of last updates, with its context', () => {
    const lab = new Lab(1_000);
    lab.put('a', '1', 1);
    lab.put('b', '2', 2);
    lab.put('a', '3', 3);
    lab.store.flush();
    lab.store.flush();
    expect(lab.flushed).toEqual([
      [
        ['b', '2', 2],
        ['a', '3', 3],
      ],
    ]);
  });

  it('evicts what was not used for longest, and with it flushes all that is dirty, the evicted one first', () => {
    const lab = new Lab(3 * smallEntry);
    lab.put('a', '1');
    lab.put('b', '2');
    lab.put('c', '3');
    lab.store.get('a');
    lab.put('d', '4');
    expect(lab.flushed.map((batch) => batch.map(([key]) => key))).toEqual([['b', 'a', 'c', 'd']]);
    expect([...'abcd'].map((key) => lab.store.peek(key) !== undefined)).toEqual([true, false, true, true]);
    lab.put('e', '5');
    expect(lab.flushed).toHaveLength(1);
  });

  it('lets the store that was written make room, even if another one is larger', () => {
    const cache = new RecordCache(3 * smallEntry);
    const evicted: string[] = [];
    const open = (name: string) => cache.open((entries) => void evicted.push(...entries.map(({ key }) => `${name}-${key}`)));
    const large = open('large');
    const small = open('small');
    for (const key of 'abc') large.put(key, value('1'), contextOf(0));
    small.put('x', value('1'), contextOf(0));
    small.evict();
    expect(evicted).toEqual(['small-x']);
    expect(large.peek('a')).toBeDefined();
  });

  it('keeps flushed entries as clean ones, but not deletions', () => {
    const lab = new Lab(1_000);
    lab.put('a', '1');
    lab.put('b', null);
    lab.store.flush();
    expect(lab.store.peek('a')?.isDirty).toBe(false);
    expect(lab.store.peek('b')).toBeUndefined();
    lab.store.clear();
    expect(lab.cache.bytes).toBe(0);
  });

  it('takes updates of the same store while it flushes: they are the next flush', () => {
    const cache = new RecordCache(1_000);
    const flushed: string[] = [];
    const store: StoreCache = cache.open((entries) => {
      for (const { key } of entries) {
        flushed.push(key);
        if (key === 'a') store.put('again', value('x'), contextOf(0));
      }
    });
    store.put('a', value('1'), contextOf(0));
    store.flush();
    expect(flushed).toEqual(['a']);
    store.flush();
    expect(flushed).toEqual(['a', 'again']);
  });

  it('does not hold on to the records that clean entries came from', () => {
    const lab = new Lab(1_000);
    lab.put('a', '1');
    lab.store.flush();
    expect(lab.store.peek('a')?.context).toBeUndefined();
  });
});
