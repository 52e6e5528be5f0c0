import { crc32c, readInt64, VarintReader } from '@ouzel/core';
import type { Compression, ConsumerRecord, TopicPartition } from '../client/index.js';
import { BatchRecord } from './batch-record.js';
import { codecOf, compressionOf } from './compression.js';
import { at, attribute, corruptBatch, headerSize, lengthOverhead, markerType } from './layout.js';

const noKey = Buffer.alloc(0);

/** A view of the bytes of an encoded record batch. Nothing is decoded before it is read. */
export class RecordBatch {
  constructor(readonly bytes: Buffer) {}

  get baseOffset(): number {
    return readInt64(this.bytes, at.baseOffset);
  }
  private get attributes(): number {
    return this.bytes.readInt16BE(at.attributes);
  }

  get lastOffset(): number {
    return this.baseOffset + this.bytes.readInt32BE(at.lastOffsetDelta);
  }
  get leaderEpoch(): number {
    return this.bytes.readInt32BE(at.leaderEpoch);
  }
  get crc(): number {
    return this.bytes.readUInt32BE(at.crc);
  }
  get compression(): Compression {
    return compressionOf(this.attributes & attribute.compression);
  }
  get hasLogAppendTime(): boolean {
    return (this.attributes & attribute.logAppendTime) !== 0;
  }
  get isTransactional(): boolean {
    return (this.attributes & attribute.transactional) !== 0;
  }
  get isControl(): boolean {
    return (this.attributes & attribute.control) !== 0;
  }
  /** When tombstones and markers of a compacted batch may go, ms. */
  get deleteHorizon(): number | undefined {
    return (this.attributes & attribute.deleteHorizon) === 0 ? undefined : this.baseTimestamp;
  }
  get baseTimestamp(): number {
    return readInt64(this.bytes, at.baseTimestamp);
  }
  get maxTimestamp(): number {
    return readInt64(this.bytes, at.maxTimestamp);
  }
  get producerId(): number {
    return readInt64(this.bytes, at.producerId);
  }
  get producerEpoch(): number {
    return this.bytes.readInt16BE(at.producerEpoch);
  }
  get baseSequence(): number {
    return this.bytes.readInt32BE(at.baseSequence);
  }
  /** Sequence numbers go on from 2^31 - 1 to 0. */
  get lastSequence(): number {
    const base = this.baseSequence;
    return base < 0 ? base : (base + this.bytes.readInt32BE(at.lastOffsetDelta)) % 2 ** 31;
  }
  get count(): number {
    return this.bytes.readInt32BE(at.recordCount);
  }

  /** The outcome of the transaction that a control batch ends; undefined for other control records. */
  get marker(): 'commit' | 'abort' | undefined {
    const key = this.records({ topic: '', partition: -1 })[0]?.key ?? noKey;
    const type = key.length < 4 ? undefined : key.readInt16BE(2);
    return type === markerType.commit ? 'commit' : type === markerType.abort ? 'abort' : undefined;
  }

  /** Throws OUZEL_CORRUPT_BATCH when the bytes do not match their checksum. */
  check(where?: string): void {
    const { bytes } = this;
    if (bytes[at.magic] !== 2) throw corruptBatch(`message format ${bytes[at.magic]} instead of 2`, where);
    if (crc32c(bytes, at.attributes) !== this.crc) throw corruptBatch('the checksum of a record batch is wrong', where);
  }

  /**
   * Returns the records in the order of their offsets, from the offset `from` on. Keys, values and headers are cut out
   * when they are read.
   */
  records({ topic, partition }: TopicPartition, from = 0): ConsumerRecord[] {
    const { bytes, count, baseOffset, baseTimestamp, maxTimestamp, hasLogAppendTime, compression } = this;
    const where = `${topic}-${partition}-${baseOffset}`;
    const compressed = compression !== 'none';
    const block = compressed ? codecOf(compression).decompress(bytes.subarray(headerSize), where) : bytes;
    const reader = new VarintReader(block);
    reader.at = compressed ? 0 : headerSize;
    if (count < 0 || count > block.length) throw corruptBatch('impossible record count', where);
    const list: ConsumerRecord[] = [];
    for (let i = 0; i < count; i++) {
      const length = reader.varint();
      const end = reader.at + length;
      if (!(length > 0 && end <= block.length)) throw corruptBatch('a record ends outside of its batch', where);
      reader.at++;
      const delta = reader.varlong();
      const offset = baseOffset + reader.varint();
      const keyLength = reader.varint();
      const keyAt = reader.at;
      if (keyLength > 0) reader.at += keyLength;
      const valueLength = reader.varint();
      const valueAt = reader.at;
      if (valueLength > 0) reader.at += valueLength;
      if (reader.at >= end) throw corruptBatch('a key or value ends outside of its record', where);
      const timestamp = hasLogAppendTime ? maxTimestamp : baseTimestamp + delta;
      if (offset >= from) list.push(new BatchRecord(topic, partition, offset, timestamp, block, keyAt, keyLength, valueAt, valueLength));
      reader.at = end;
    }
    return list;
  }
}

/**
 * Returns the batches of a fetch response one after the other. An incomplete batch at the end is left out: the next
 * response has all of it.
 */
export function* batchesIn(bytes: Buffer): Generator<RecordBatch> {
  for (let from = 0; from + headerSize <= bytes.length;) {
    const end = from + lengthOverhead + bytes.readInt32BE(from + at.length);
    if (end < from + headerSize) throw corruptBatch('impossible length of a record batch');
    if (end > bytes.length) return;
    yield new RecordBatch(bytes.subarray(from, end));
    from = end;
  }
}
