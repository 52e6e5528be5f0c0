import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Headers } from '@ouzel/core';
import { serdes } from './serdes.js';
import { subscriptionResponse } from './subscription-response.js';
import { subscription, type SubscriptionInstruction } from './subscription.js';

interface Vector {
  readonly kind: string;
  readonly instruction: number;
  readonly hash: string | null;
  readonly primaryKey: string;
  readonly primaryPartition: number | null;
  readonly foreignValue: string | null;
  readonly hex: string;
}
const recorded = join(import.meta.dirname, '../../../../test/golden/recorded/bytes/foreign-key-payloads.json');
const vectors = JSON.parse(readFileSync(recorded, 'utf8')) as Vector[];
const of = (kind: string) => vectors.filter((vector) => vector.kind.startsWith(kind));
const hashOf = ({ hash }: Vector) => (hash === null ? null : Buffer.from(hash, 'hex'));
const instructions: readonly SubscriptionInstruction[] = ['delete', 'delete-and-respond', 'respond-always', 'respond-to-match'];
const refused = expect.objectContaining({ code: 'OUZEL_SERDE' });

it.each(of('subscription'))('a subscription with instruction $instruction of partition $primaryPartition is $hex', (vector) => {
  const { instruction, primaryKey, primaryPartition, hex } = vector;
  const value = { instruction: instructions[instruction]!, hash: hashOf(vector), primaryKey, primaryPartition };
  const serde = subscription(serdes.string);
  expect(serde.serialize(value, 'topic', Headers.empty).toString('hex')).toBe(hex);
  expect(serde.deserialize(Buffer.from(hex, 'hex'), 'topic', Headers.empty)).toEqual(value);
});

it.each(of('response'))('a response with $foreignValue is $hex', (vector) => {
  const { foreignValue, hex } = vector;
  const serde = subscriptionResponse(serdes.string);
  const hash = hashOf(vector);
  expect(serde.serialize({ hash, foreignValue, primaryPartition: 7 }, 'topic', Headers.empty).toString('hex')).toBe(hex);
  expect(serde.deserialize(Buffer.from(hex, 'hex'), 'topic', Headers.empty)).toEqual({
    hash,
    foreignValue: foreignValue === '' ? null : foreignValue,
    primaryPartition: null,
  });
});

it('gives primary keys inside subscriptions a topic of their own', () => {
  const topics: string[] = [];
  const key = {
    serialize: (text: string, topic: string) => Buffer.from(`${topics.push(topic)}`.slice(1) + text),
    deserialize: (bytes: Buffer, topic: string) => `${topics.push(topic)}`.slice(1) + bytes.toString(),
  };
  const bytes = subscription(key).serialize(
    { instruction: 'delete', hash: null, primaryKey: 'k', primaryPartition: 0 },
    'registration',
    Headers.empty,
  );
  subscription(key).deserialize(bytes, 'registration', Headers.empty);
  expect(topics).toEqual(['registration-pk', 'registration-pk']);
});

it.each(['', '01', '0207', '0109', '8101000000', '010301'])('refuses %p as a subscription', (hex) => {
  expect(() => subscription(serdes.string).deserialize(Buffer.from(hex, 'hex'), 'topic', Headers.empty)).toThrow(refused);
});

it.each(['', '01', '0011'])('refuses %p as a response', (hex) => {
  expect(() => subscriptionResponse(serdes.string).deserialize(Buffer.from(hex, 'hex'), 'topic', Headers.empty)).toThrow(refused);
});
