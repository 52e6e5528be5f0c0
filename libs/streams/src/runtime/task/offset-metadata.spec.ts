import { readFileSync } from 'node:fs';
import { decodeOffsetMetadata, encodeOffsetMetadata } from './offset-metadata.js';

interface Vector {
  readonly kind: 'written' | 'read';
  readonly partitionTime: number;
  readonly stores: Readonly<Record<string, number>>;
  readonly base64: string;
}
const file = new URL('../../../../../test/golden/recorded/bytes/commit-metadata.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];

it.each(vectors)('$base64 is read as Kafka Streams reads it', ({ partitionTime, stores, base64 }) => {
  expect(decodeOffsetMetadata(base64)).toEqual({ partitionTime, times: new Map(Object.entries(stores)) });
});

it.each(vectors.filter(({ kind }) => kind === 'written'))(
  '$base64 is written as Kafka Streams writes it',
  ({ partitionTime, stores, base64 }) => {
    expect(encodeOffsetMetadata({ partitionTime, times: new Map(Object.entries(stores)) })).toBe(base64);
  },
);
