import { recordPlace, type BlockRecord, type ConsumerRecord } from '@ouzel/kafka';
import type { ProcessorNode } from '../../processor/node.js';
import { StreamRecord, type RecordContext, type RecordMetadata } from '../../record/record.js';
import { deserialized, isBlockSerde, type Serde } from '../../serdes/serde.js';
import { asError, handled, OuzelError, promised, whatOf, type Headers } from '@ouzel/core';
import type { ResolvedExtractor, TimestampExtractor } from '../../processor/timestamps.js';

/** How the topology wants the records of a topic to be decoded, and where they go. */
export interface RecordDecoding {
  readonly source: ProcessorNode;
  readonly key: Serde<unknown>;
  readonly value: Serde<unknown>;
  /** Undefined: the record's own timestamp counts, and a negative one fails the task (FailOnInvalidTimestamp). */
  readonly timestamp: TimestampExtractor | undefined;
}

/** The decoding of a running task: an extractor with bounds has got its clock. */
type QueueDecoding = Omit<RecordDecoding, 'timestamp'> & { readonly extractor: ResolvedExtractor<unknown, unknown> | undefined };

/** Called by a queue for records that do not become its head. */
export interface QueueListener {
  invalidTimestamp(record: ConsumerRecord): void;
  /** Called when the extracted time is outside of the bounds of the extractor. */
  outOfBounds(time: number, record: ConsumerRecord): void;
  /** Returns when the record is to be skipped; throws when the task must stop. */
  undecodable(error: Error, record: ConsumerRecord): void;
}

/** A record at the head of a queue, and where it came from. */
export class QueuedRecord implements RecordContext {
  constructor(
    readonly record: StreamRecord<unknown, unknown>,
    private readonly raw: ConsumerRecord,
  ) {}
  get topic(): string {
    return this.raw.topic;
  }
  get partition(): number {
    return this.raw.partition;
  }
  get offset(): number {
    return this.raw.offset;
  }
  get timestamp(): number {
    return this.record.timestamp;
  }
  get headers(): Headers {
    return this.record.headers;
  }
  get sourceKey(): Buffer | null {
    return this.raw.key;
  }
  get sourceValue(): Buffer | null {
    return this.raw.value;
  }
}

/**
 * The buffered records of one input partition (RecordQueue). A record is decoded when it becomes the head and not
 * before, so that one that can not be decoded fails in its turn, and the extractor knows the partition time of all
 * before it.
 */
export class RecordQueue {
  /** The highest timestamp of the records that were taken; -1 before the first. Committed with the offsets. */
  partitionTime = -1;
  head: QueuedRecord | undefined;
  /** Bytes of the keys and values behind the head. */
  bytes = 0;
  /** Bytes of all keys and values that were ever buffered, for metrics. */
  bytesTaken = 0;
  private chunks: (readonly ConsumerRecord[])[] = [];
  private at = 0;
  private waiting = 0;
  /** The offset after the last one that was fetched. */
  private nextFetched: number;
  /** The head, or the record that was taken and is in process. */
  private current: ConsumerRecord | undefined;

  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly decoding: QueueDecoding,
    startOffset: number,
    private readonly listener: QueueListener,
  ) {
    this.nextFetched = startOffset;
  }

  /** How many records are buffered, the head included. */
  get size(): number {
    return this.waiting + (this.current === undefined ? 0 : 1);
  }

  /**
   * The next offset to commit: that of the first record that is not processed, or the one after all that was fetched,
   * control records included.
   */
  get position(): number {
    return this.current?.offset ?? this.chunks[0]?.[this.at]?.offset ?? this.nextFetched;
  }

  /** The timestamp that the next record to process was written with; undefined when none is buffered. */
  get nextTimestamp(): number | undefined {
    return (this.current ?? this.chunks[0]?.[this.at])?.timestamp;
  }

  get fetched(): number {
    return this.nextFetched;
  }

  add(records: readonly ConsumerRecord[], nextOffset: number): void {
    this.nextFetched = nextOffset;
    if (records.length === 0) return;
    this.chunks.push(records);
    this.waiting += records.length;
    let bytes = 0;
    for (const record of records) bytes += sizeOf(record);
    this.bytes += bytes;
    this.bytesTaken += bytes;
    if (this.current === undefined) this.advance();
  }

  /** Returns the head and removes it. It counts as unprocessed until `advance` is called. */
  take(): QueuedRecord {
    const taken = this.head!;
    if (taken.timestamp > this.partitionTime) this.partitionTime = taken.timestamp;
    this.head = undefined;
    return taken;
  }

  /** Called when the record that was taken is processed. Decodes until there is a head, or nothing is left. */
  advance(): void {
    this.current = undefined;
    while (this.head === undefined) {
      const raw = this.shift();
      if (raw === undefined) return;
      this.current = raw;
      const record = this.decode(raw);
      if (record === undefined) this.current = undefined;
      else this.head = new QueuedRecord(record, raw);
    }
  }

  private shift(): ConsumerRecord | undefined {
    const chunk = this.chunks[0];
    if (chunk === undefined) return undefined;
    const record = chunk[this.at++]!;
    this.waiting--;
    this.bytes -= sizeOf(record);
    if (this.at === chunk.length) {
      this.chunks.shift();
      this.at = 0;
    }
    return record;
  }

  private decode(raw: ConsumerRecord): StreamRecord<unknown, unknown> | undefined {
    const { key: keySerde, value: valueSerde, extractor } = this.decoding;
    const { headers, timestamp } = raw;
    let record: StreamRecord<unknown, unknown>;
    try {
      record = new StreamRecord<unknown, unknown>(keyOf(raw, keySerde, headers), valueOf(raw, valueSerde, headers), timestamp, headers);
    } catch (thrown) {
      this.listener.undecodable(asError(thrown), raw);
      return undefined;
    }
    return extractor === undefined ? this.checked(record, raw) : this.stamped(record, raw, extractor);
  }

  private checked(record: StreamRecord<unknown, unknown>, raw: ConsumerRecord): StreamRecord<unknown, unknown> {
    if (record.timestamp >= 0) return record;
    throw new OuzelError('OUZEL_TIMESTAMP', {
      what: `the record has the timestamp ${record.timestamp}`,
      where: recordPlace(raw),
      help: 'Give the source a timestamp extractor: timestamps.skipInvalid, timestamps.partitionTimeIfInvalid, or one of your own.',
    });
  }

  private stamped(
    record: StreamRecord<unknown, unknown>,
    raw: ConsumerRecord,
    { extract, isWithin }: ResolvedExtractor<unknown, unknown>,
  ): StreamRecord<unknown, unknown> | undefined {
    const timestamp = this.extracted(record, raw, extract);
    if (timestamp < 0) this.listener.invalidTimestamp(raw);
    else if (isWithin !== undefined && !isWithin(timestamp)) this.listener.outOfBounds(timestamp, raw);
    else return timestamp === record.timestamp ? record : record.with({ timestamp });
    return undefined;
  }

  private extracted(record: StreamRecord<unknown, unknown>, raw: ConsumerRecord, extractor: TimestampExtractor): number {
    const { topic, partition, offset } = raw;
    let timestamp: unknown;
    try {
      timestamp = extractor(Object.assign(record.with({}), { topic, partition, offset } satisfies RecordMetadata), this.partitionTime);
    } catch (thrown) {
      const error = asError(thrown);
      throw new OuzelError('OUZEL_TIMESTAMP', {
        what: `the timestamp extractor failed: ${whatOf(error)}`,
        where: recordPlace(raw),
        cause: error,
      });
    }
    if (Number.isSafeInteger(timestamp)) return timestamp as number;
    const promise = promised(timestamp);
    if (promise !== undefined) handled(promise);
    throw new OuzelError('OUZEL_TIMESTAMP', {
      what: `the timestamp extractor returned ${promise !== undefined ? 'a promise' : typeof timestamp === 'number' ? timestamp : `a value of type ${typeof timestamp}`}`,
      where: recordPlace(raw),
      help: 'Return epoch milliseconds as a whole number. A negative number drops the record.',
    });
  }
}

function sizeOf(record: ConsumerRecord): number {
  const { block, keyLength, valueLength } = record as BlockRecord;
  if (block !== undefined) return Math.max(0, keyLength) + Math.max(0, valueLength);
  return (record.key?.length ?? 0) + (record.value?.length ?? 0);
}

function keyOf(raw: ConsumerRecord, serde: Serde<unknown>, headers: Headers): unknown {
  const { block, keyAt, keyLength } = raw as BlockRecord;
  if (block !== undefined && isBlockSerde(serde)) return keyLength < 0 ? null : serde.deserializeFrom(block, keyAt, keyAt + keyLength);
  const { key } = raw;
  return key === null ? null : deserialized(serde, key, raw.topic, headers);
}

function valueOf(raw: ConsumerRecord, serde: Serde<unknown>, headers: Headers): unknown {
  const { block, valueAt, valueLength } = raw as BlockRecord;
  if (block !== undefined && isBlockSerde(serde))
    return valueLength < 0 ? null : serde.deserializeFrom(block, valueAt, valueAt + valueLength);
  const { value } = raw;
  return value === null ? null : deserialized(serde, value, raw.topic, headers);
}
