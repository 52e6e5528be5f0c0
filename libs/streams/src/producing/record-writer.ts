import type { Headers } from '@ouzel/core';
import type { RecordMetadata } from '../record/record.js';

/** A record to write, as bytes. */
export interface EncodedRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Epoch ms. Undefined: the time at which it is written. */
  readonly timestamp: number | undefined;
  readonly headers: Headers;
}

/** Writes the records of a producer: to a cluster, or into the topics of a test driver. */
export interface RecordWriter {
  /** Resolves when records can be written. Records may be written before: they wait. */
  connect(): Promise<void>;
  /** Resolves with the place of the record when it is written. Records of one topic keep their order. */
  write(record: EncodedRecord): Promise<RecordMetadata>;
  /** Writes what waits, and releases the connections. May be called twice. */
  close(): Promise<void>;
}
