import { Headers } from '@ouzel/core';
import { serdes } from '../../serdes/serdes.js';
import { storeSpec } from '../kind/store-spec.js';
import { suppressionBufferKind } from './suppression-buffer-kind.js';
import { StoreLab } from '../../conformance/store-lab.js';
import type { ChangeBuffer, Eviction } from './change-buffer.js';

const spec = storeSpec(suppressionBufferKind, { name: 's', options: {}, persistent: false, key: serdes.string, value: serdes.string });
const change = (newValue: string | null, oldValue: string | null = null) => ({ newValue, oldValue, isLatest: true });

async function opened() {
  const lab = await StoreLab.open<ChangeBuffer<string, string>>(spec, { rows: 'memory', cached: false });
  const put = (time: number, key: string, newValue: string | null, oldValue: string | null = null) => {
    lab.at(time);
    lab.store.put(time, key, change(newValue, oldValue), lab.record);
  };
  const evict = (until: number) => {
    const evicted: string[] = [];
    const emit = ({ key, change: { newValue, oldValue }, context }: Eviction<string, string>) =>
      void evicted.push(`${key}=${newValue}<${oldValue}@${context.timestamp}`);
    void lab.store.evictWhile(() => lab.store.minTime <= until, emit);
    return evicted;
  };
  const logged = () => lab.logged.splice(0).map(({ key, value }) => `${String(key)}${value === null ? '-' : '+'}`);
  return { lab, put, evict, logged };
}

describe('the buffer of a suppression', () => {
  it('gives out changes in the order in which their keys came, each as it was last', async () => {
    const { lab, put, evict } = await opened();
    put(5, 'b', '1');
    put(3, 'c', '2');
    put(5, 'a', '3');
    put(9, 'c', '4', '2');
    expect(lab.store.size).toBe(3);
    expect(lab.store.minTime).toBe(3);
    expect(evict(5)).toEqual(['c=4<2@9', 'a=3<null@5', 'b=1<null@5']);
    expect([lab.store.size, lab.store.bytes, lab.store.minTime]).toEqual([0, 0, Infinity]);
  });

  it('knows what was forwarded last of a key that waits', async () => {
    const { lab, put } = await opened();
    put(1, 'a', '2', '1');
    put(2, 'a', '3', '2');
    put(2, 'b', '1');
    expect(lab.store.priorValue('a')).toBe('1');
    expect(lab.store.priorValue('b')).toBeNull();
    expect(lab.store.priorValue('c')).toBeUndefined();
  });

  it('counts bytes as Kafka Streams does: time, key, values that differ, context', async () => {
    const { lab, put } = await opened();
    put(1, 'ab', 'new', 'old');
    expect(lab.store.bytes).toBe(8 + 2 + 3 + 3 + 20 + 2);
    put(1, 'ab', 'newer', 'other');
    expect(lab.store.bytes).toBe(8 + 2 + 3 + 5 + 5 + 20 + 2);
  });

  it('logs at the flush what changed since the last one, in the order of a Java hash set, without a time', async () => {
    const { lab, put, evict, logged } = await opened();
    for (const key of ['o', 'k', 'n', 'm']) put(1, key, '1');
    await lab.flush();
    expect(lab.logged[0]).toMatchObject({ timestamp: null, headers: Headers.of([['v', Buffer.of(3)]]) });
    expect(logged()).toEqual(['k+', 'm+', 'n+', 'o+']);
    evict(1);
    put(2, 'm', '2');
    put(3, 'x', '3');
    evict(2);
    await lab.flush();
    expect(logged()).toEqual(['x+', 'k-', 'm-', 'n-', 'o-']);
    await lab.flush();
    expect(logged()).toEqual([]);
  });

  it('is restored from its changelog, with the places of its keys', async () => {
    const { lab, put, evict } = await opened();
    put(2, 'a', '1');
    put(1, 'b', '2');
    put(7, 'a', '3', '1');
    put(4, 'gone', '4');
    await lab.commit();
    evict(1);
    await lab.flush();
    await lab.crash('kept');
    expect(evict(10)).toEqual(['a=3<1@7', 'gone=4<null@4']);
  });

  it('takes back what an aborted transaction did', async () => {
    const { lab, put, evict } = await opened();
    put(1, 'a', '1');
    await lab.commit();
    put(2, 'a', '2', '1');
    put(3, 'b', '3');
    lab.discard();
    expect(evict(10)).toEqual(['a=1<null@1']);
  });

  it('waits for whoever takes a change before it gives out the next one', async () => {
    const { lab, put } = await opened();
    put(1, 'a', '1');
    put(2, 'b', '2');
    const steps: string[] = [];
    const pending = lab.store.evictWhile(
      () => true,
      async ({ key }) => {
        steps.push(`begin ${key}`);
        await Promise.resolve();
        steps.push(`end ${key}`);
      },
    );
    expect(steps).toEqual(['begin a']);
    await pending;
    expect(steps).toEqual(['begin a', 'end a', 'begin b', 'end b']);
  });
});
