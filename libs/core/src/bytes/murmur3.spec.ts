import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { murmur3 } from './murmur3.js';

const recorded = join(import.meta.dirname, '../../../../test/golden/recorded/bytes/foreign-key-payloads.json');
const vectors = (JSON.parse(readFileSync(recorded, 'utf8')) as { kind: string; bytes: string; hex: string }[]).filter(({ kind }) =>
  kind.startsWith('hash of a value'),
);

it('has vectors of every length up to two blocks and a rest', () => {
  expect(vectors.length).toBeGreaterThan(30);
});

it.each(vectors)('hashes $bytes as Kafka Streams does', ({ bytes, hex }) => {
  expect(murmur3(Buffer.from(bytes, 'hex')).toString('hex')).toBe(hex);
});

it('hashes the bytes of a slice and nothing around it', () => {
  const slice = Buffer.from('xxabcxx').subarray(2, 5);
  expect(murmur3(slice)).toEqual(murmur3(Buffer.from('abc')));
});
