import type { Headers } from '@ouzel/core';
import type { DriverError } from './failures.js';
import type { TopicPartition } from './topic-partition.js';

/** A record as it was read. Its bytes may share the memory of a fetch response: copy what you keep. */
export interface ConsumerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/**
 * A record whose key and value are given by their places in a block of bytes, so that they can be decoded without a
 * copy or a view. A negative length stands for null.
 */
export interface BlockRecord extends ConsumerRecord {
  readonly block: Buffer;
  readonly keyAt: number;
  readonly keyLength: number;
  readonly valueAt: number;
  readonly valueLength: number;
}

/** A record to write. The bytes are copied into the batch before `send` returns. */
export interface ProducerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Epoch ms. Undefined: the time of the driver's clock. */
  readonly timestamp: number | undefined;
  readonly headers: Headers;
  /** Called once with the outcome of the record, in the order of the records of a partition. */
  readonly delivery?: Delivery | undefined;
}

export interface Delivery {
  /** Called when the record is written. Gets only its place, because a producer does not keep written records. */
  delivered(place: TopicPartition, offset: number): void;
  failed(record: ProducerRecord, error: DriverError): void;
}
