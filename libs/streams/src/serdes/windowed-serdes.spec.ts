import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Headers } from '@ouzel/core';
import { serdes } from './serdes.js';

interface Vector {
  readonly kind: string;
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly hex: string;
}
const recorded = join(import.meta.dirname, '../../../../test/golden/recorded/bytes/windowed-keys.json');
const vectors = JSON.parse(readFileSync(recorded, 'utf8')) as Vector[];
const of = (kind: string) => vectors.filter((vector) => vector.kind === kind);

it.each(of('time-windowed key in a topic of the user'))('time window of "$key" from $start to $end is $hex', ({ key, start, end, hex }) => {
  const serde = serdes.timeWindowed(serdes.string, end - start);
  expect(serde.serialize({ key, window: { start, end } }, 'topic', Headers.empty).toString('hex')).toBe(hex);
  expect(serde.deserialize(Buffer.from(hex, 'hex'), 'topic', Headers.empty)).toEqual({ key, window: { start, end } });
});

it.each(of('session-windowed key in a topic of the user'))('session of "$key" from $start to $end is $hex', ({ key, start, end, hex }) => {
  const serde = serdes.sessionWindowed(serdes.string);
  expect(serde.serialize({ key, window: { start, end } }, 'topic', Headers.empty).toString('hex')).toBe(hex);
  expect(serde.deserialize(Buffer.from(hex, 'hex'), 'topic', Headers.empty)).toEqual({ key, window: { start, end } });
});

it('reads a window that is longer than any number without overflow', () => {
  const serde = serdes.timeWindowed(serdes.string, Number.MAX_SAFE_INTEGER);
  expect(serde.deserialize(Buffer.from('6b0000000000000005', 'hex'), 'topic', Headers.empty)).toEqual({
    key: 'k',
    window: { start: 5, end: Infinity },
  });
});

it.each([serdes.timeWindowed(serdes.string, 10), serdes.sessionWindowed(serdes.string)])(
  'refuses bytes that are too short to be a windowed key (%#)',
  (serde) => {
    expect(() => serde.deserialize(Buffer.alloc(7), 'topic', Headers.empty)).toThrow(expect.objectContaining({ code: 'OUZEL_SERDE' }));
  },
);
