import type { Headers } from '@ouzel/core';
import { DriverError, partitionName, type TopicPartition } from '../client/index.js';
import { headerSize } from './layout.js';

/** The most bytes of a record's numbers: length, attributes, two deltas, two lengths, count of headers. */
export const recordOverhead = 5 + 1 + 10 + 5 + 5 + 5 + 5;

/** A record as a batch holds it. */
export interface BatchEntry {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** Returns the most bytes that a record can take in a batch, before compression. */
export function recordBound({ key, value, headers }: BatchEntry): number {
  let size = recordOverhead + (key === null ? 0 : key.length) + (value === null ? 0 : value.length);
  if (headers.size > 0) for (const [name, bytes] of headers) size += 10 + 3 * name.length + (bytes === null ? 0 : bytes.length);
  return size;
}

const messageTooLarge = 10;

/** Returns why a record with this bound can not be sent at all; undefined when it can. */
export function refusalOf(place: TopicPartition, bound: number, maxRequestSize: number): DriverError | undefined {
  if (bound + headerSize <= maxRequestSize) return undefined;
  return new DriverError('record', messageTooLarge, {
    what: `a record of ${bound} bytes is larger than \`producer.maxRequestSize\` (${maxRequestSize})`,
    where: `Produce of ${partitionName(place)}`,
    help: 'Raise `producer.maxRequestSize`, and `max.message.bytes` of the topic where that is lower, or write smaller records.',
  });
}
