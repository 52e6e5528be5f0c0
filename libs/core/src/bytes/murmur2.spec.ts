import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { murmur2, partitionOf } from './murmur2.js';

const recorded = join(import.meta.dirname, '../../../../test/golden/recorded/bytes/partitions.json');
const vectors = JSON.parse(readFileSync(recorded, 'utf8')) as { key: string; murmur2: number; partitionAmong1To64: number[] }[];

it.each(vectors)('hashes the key $key as Java does', ({ key, murmur2: hash }) => {
  expect(murmur2(Buffer.from(key, 'hex'))).toBe(hash);
});

it.each(vectors)('puts the key $key into the partition that Java puts it into, among 1 to 64', ({ key, partitionAmong1To64 }) => {
  const bytes = Buffer.from(key, 'hex');
  expect(partitionAmong1To64.map((_, i) => partitionOf(bytes, i + 1))).toEqual(partitionAmong1To64);
});
