import { Headers } from '@ouzel/core';
import { encodeBufferValue } from '../buffered/buffer-value.js';
import { readBufferValue } from './read-buffer-value.js';

// The expected values are those that TimeOrderedKeyValueBufferChangelogDeserializationHelper of Kafka Streams 4.3
// reads.
const int64 = (value: number) => value.toString(16).padStart(16, '0');
const int32 = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
const sized = (text: string | null) => (text === null ? int32(-1) : int32(text.length) + Buffer.from(text).toString('hex'));
/** Timestamp 7, offset 8, topic "in", partition 9, a header a=b. */
const context = int64(7) + int64(8) + sized('in') + int32(9) + int32(1) + sized('a') + sized('b');
const wrapped = (hex: string) => int32(hex.length / 2) + hex;
const change = (old: string | null, value: string | null) => sized(old) + sized(value);

const former = {
  0: int64(5) + change('old', 'new'),
  1: int64(5) + context + wrapped(change(null, 'new')),
  2: context + wrapped(change('old', null)) + sized('prior') + int64(5),
};

const read = (version: number | undefined, hex: string, waiting?: string) => {
  const found = readBufferValue(
    {
      key: Buffer.from('k'),
      timestamp: 3,
      headers: version === undefined ? Headers.empty : Headers.of([['v', Buffer.of(version)]]),
    },
    Buffer.from(hex, 'hex'),
    'changelog',
    waiting === undefined
      ? undefined
      : { prior: Buffer.from(waiting), old: null, value: null, context: readBufferValue3().buffered.context },
  );
  if (found === undefined) return undefined;
  const { buffered, time } = found;
  const { topic, timestamp, headers } = buffered.context;
  const [prior, old, value] = [buffered.prior, buffered.old, buffered.value].map((bytes) => bytes?.toString() ?? null);
  return { time, prior, old, value, topic, timestamp, headers: [...headers].map(([name, bytes]) => `${name}=${String(bytes)}`) };
};

function readBufferValue3() {
  const record = { key: Buffer.from('k'), timestamp: 3, headers: Headers.of([['v', Buffer.of(2)]]) };
  return readBufferValue(record, Buffer.from(former[2], 'hex'), 'changelog', undefined)!;
}

describe('changelogs of suppression that were written by older versions of Kafka Streams', () => {
  it('are read in version 0, whose context is that of the changelog record', () => {
    const expected = { time: 5, prior: 'old', old: 'old', value: 'new', topic: 'changelog', timestamp: 3, headers: [] };
    expect(read(undefined, former[0])).toEqual(expected);
    expect(read(undefined, former[0], 'forwarded')).toEqual({ ...expected, prior: 'forwarded' });
  });

  it('are read in version 1', () => {
    const expected = { time: 5, prior: null, old: null, value: 'new', topic: 'in', timestamp: 7, headers: ['a=b'] };
    expect(read(1, former[1])).toEqual(expected);
    expect(read(1, former[1], 'forwarded')).toEqual({ ...expected, prior: 'forwarded' });
  });

  it('are read in version 2, and in what some releases wrote under its number', () => {
    const expected = { time: 5, prior: 'prior', old: 'old', value: null, topic: 'in', timestamp: 7, headers: ['a=b'] };
    expect(read(2, former[2])).toEqual(expected);
    const { buffered, time } = readBufferValue3();
    expect(read(2, encodeBufferValue(buffered, time).toString('hex'))).toEqual(expected);
  });

  it('are refused in a version that is not known', () => {
    expect(read(4, former[2])).toBeUndefined();
  });
});
