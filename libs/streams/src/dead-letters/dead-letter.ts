import { Headers, type Header } from '@ouzel/core';
import type { ConsumerRecord } from '@ouzel/kafka';
import { deadLetterHeaders } from '../record/dead-letter-headers.js';
import { replayHeader } from './replay-header.js';

/** The place of a record in its topic. */
export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** The place of a dead letter in the dead-letter topic. */
export type LetterPlace = Omit<RecordPlace, 'topic'>;

/** A header as text. Bytes that are no UTF-8 are shown as `base64:…`. */
export interface ShownHeader {
  readonly name: string;
  readonly value: string | null;
}

/** A record that a handler gave up, without its payload. May be written as JSON. */
export interface DeadLetter extends LetterPlace {
  /** The time of the record that failed, epoch ms. */
  readonly timestamp: number;
  /** The record that failed. Null where a punctuation failed. */
  readonly origin: RecordPlace | null;
  /** The name of the error. Null where the record has no headers of a dead letter. */
  readonly exception: string | null;
  readonly message: string | null;
  /** Bytes; null where there is no key. */
  readonly keySize: number | null;
  /** Bytes; null where there is no value. */
  readonly valueSize: number | null;
  /** The dead letters that the failed record was a replay of, oldest first: `payment-dead-0@12`. */
  readonly replayOf: readonly string[];
}

/** A dead letter with all that is known about it. */
export interface DeadLetterDetails extends DeadLetter {
  readonly stacktrace: string | null;
  /** The headers that the record had when it failed. */
  readonly headers: readonly ShownHeader[];
  /** Key and value as they were read. Undefined unless they were asked for. */
  readonly payload: { readonly key: Buffer | null; readonly value: Buffer | null } | undefined;
}

/** Reads the headers of a dead letter. */
export function deadLetterOf({ partition, offset, timestamp, key, value, headers }: ConsumerRecord): DeadLetter {
  return {
    partition,
    offset,
    timestamp,
    origin: originOf(headers),
    exception: textOf(headers, deadLetterHeaders.exception),
    message: textOf(headers, deadLetterHeaders.message),
    keySize: key === null ? null : key.length,
    valueSize: value === null ? null : value.length,
    replayOf: headers.getAll(replayHeader).map(String),
  };
}

/** Reads a dead letter with its stack trace and headers, and with copies of key and value where `payload` is true. */
export function deadLetterDetails(record: ConsumerRecord, { payload }: { readonly payload: boolean }): DeadLetterDetails {
  const { key, value, headers } = record;
  return {
    ...deadLetterOf(record),
    stacktrace: textOf(headers, deadLetterHeaders.stacktrace),
    headers: [...originalHeaders(headers)].map(([name, bytes]) => ({ name, value: bytes === null ? null : shown(bytes) })),
    payload: payload ? { key: copyOf(key), value: copyOf(value) } : undefined,
  };
}

/**
 * Returns the headers that the record had when it failed. The last header of each name is the dead letter's: a record
 * that was read from another dead-letter topic has such headers of its own, which stay.
 */
export function originalHeaders(headers: Headers): Headers {
  const names = new Set<string>(Object.values(deadLetterHeaders));
  const left: Header[] = [];
  for (const header of [...headers].reverse()) if (!names.delete(header[0])) left.push(header);
  return Headers.of(left.reverse());
}

function originOf(headers: Headers): RecordPlace | null {
  const topic = textOf(headers, deadLetterHeaders.topic);
  const [partition, offset] = [deadLetterHeaders.partition, deadLetterHeaders.offset].map((name) => Number(textOf(headers, name) ?? NaN));
  const isPlace = topic !== null && Number.isSafeInteger(partition) && partition! >= 0 && Number.isSafeInteger(offset);
  return isPlace ? { topic, partition: partition!, offset: offset! } : null;
}

function textOf(headers: Headers, name: string): string | null {
  return headers.get(name)?.toString() ?? null;
}

function shown(bytes: Buffer): string {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : `base64:${bytes.toString('base64')}`;
}

function copyOf(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}
