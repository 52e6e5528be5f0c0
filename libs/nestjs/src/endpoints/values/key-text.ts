import { isDeepStrictEqual } from 'node:util';
import { HttpStatus } from '@nestjs/common';
import { Headers, type Serde } from '@ouzel/streams';
import { RefusedRequest } from '../refused-request.js';

/**
 * Returns the key that a text of a request stands for: the text itself for a serde of texts; else JSON, a bigint, or
 * base64, whichever the serde can write and read again. Throws when it can do so with none of them.
 */
export function keyOf(text: string, serde: Serde<unknown>, topic: string): unknown {
  for (const candidate of candidates(text, serde, topic)) if (survives(candidate, serde, topic)) return candidate;
  throw new RefusedRequest(
    HttpStatus.BAD_REQUEST,
    'OUZEL_SERDE',
    'the serde of the store can not encode this key',
    'Write a text as it is, a number as digits, an object as JSON, bytes as base64.',
  );
}

function* candidates(text: string, serde: Serde<unknown>, topic: string): Generator<unknown> {
  if (bytesOf(text, serde, topic)?.toString('utf8') === text) yield text;
  try {
    yield JSON.parse(text) as unknown;
  } catch {
    // It is no JSON.
  }
  if (/^-?\d+$/.test(text)) yield BigInt(text);
  yield text;
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(text)) yield Buffer.from(text, 'base64');
}

function survives(value: unknown, serde: Serde<unknown>, topic: string): boolean {
  const bytes = bytesOf(value, serde, topic);
  try {
    return bytes !== undefined && isDeepStrictEqual(serde.deserialize(bytes, topic, Headers.empty), value);
  } catch {
    return false;
  }
}

function bytesOf(value: unknown, serde: Serde<unknown>, topic: string): Buffer | undefined {
  try {
    const bytes: unknown = serde.serialize(value, topic, Headers.empty);
    return Buffer.isBuffer(bytes) ? bytes : undefined;
  } catch {
    return undefined;
  }
}
