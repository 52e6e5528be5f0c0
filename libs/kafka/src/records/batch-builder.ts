import { crc32c, writeInt64, sizeOfVarint, writeVarint, writeVarlong } from '@ouzel/core';
import type { Compression } from '../client/index.js';
import { codecOf, compressionId } from './compression.js';
import { at, attribute, headerSize, lengthOverhead } from './layout.js';
import { recordBound, recordOverhead, type BatchEntry } from './record-size.js';

/**
 * The producer of a batch, and the batch's number among those of the producer. A broker recognises a repeated batch by
 * them (KIP-98).
 */
export interface ProducerStamp {
  readonly producerId: number;
  readonly epoch: number;
  /** Sequence number of the first record of the batch. */
  readonly sequence: number;
}
export const noStamp: ProducerStamp = { producerId: -1, epoch: -1, sequence: -1 };

/** The fields of a batch's header that its writer decides. */
export interface BatchHeader {
  /** Default: 0. The log replaces it when a producer writes the batch. */
  readonly baseOffset?: number;
  readonly leaderEpoch?: number;
  readonly stamp?: ProducerStamp;
  readonly transactional?: boolean;
  readonly control?: boolean;
  readonly compression?: Compression;
  /** Timestamp of all records, ms, where the topic uses LogAppendTime. */
  readonly logAppendTime?: number;
  /**
   * Time from which tombstones and markers of a compacted batch may be deleted, ms. It takes the place of the base
   * timestamp.
   */
  readonly deleteHorizon?: number;
  /** Default: that of the last record. It is more when compaction removed records at the end. */
  readonly lastOffsetDelta?: number;
}

/** Up to this length a loop copies bytes faster than a call of `copy`. */
const shortCopy = 24;

/**
 * Encodes the records of one batch one after the other into a growing buffer, and writes the header before them last.
 */
export class BatchBuilder {
  private bytes: Buffer;
  private end = headerSize;
  private records = 0;
  private lastDelta = -1;
  private maxTimestamp = -1;
  private baseTimestamp: number | undefined;

  /** `capacity` is a guess of the batch's bytes. `baseTimestamp` is the first record's timestamp unless given. */
  constructor(capacity = 1024, baseTimestamp?: number) {
    this.bytes = Buffer.allocUnsafe(Math.max(capacity, headerSize + recordOverhead));
    this.baseTimestamp = baseTimestamp;
  }

  get count(): number {
    return this.records;
  }

  /** Bytes of the batch, header included, before compression. */
  get size(): number {
    return this.end;
  }

  /** `offsetDelta` is the next one unless given: compaction leaves gaps. */
  append(entry: BatchEntry, timestamp: number, offsetDelta = this.lastDelta + 1): void {
    const room = recordBound(entry);
    if (this.end + room > this.bytes.length) this.grow(room);
    const begin = this.end;
    // The length stands first but is known last. Room is left for the bytes that it most likely takes; if it takes
    // fewer or more, the record is moved.
    const reserved = sizeOfVarint(room);
    this.end = this.write(entry, timestamp - (this.baseTimestamp ??= timestamp), offsetDelta, begin + reserved);
    const length = this.end - begin - reserved;
    const taken = sizeOfVarint(length);
    if (taken !== reserved) {
      this.bytes.copyWithin(begin + taken, begin + reserved, this.end);
      this.end += taken - reserved;
    }
    writeVarint(this.bytes, length, begin);
    this.records++;
    this.lastDelta = offsetDelta;
    if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
  }

  /** Returns the encoded batch. It shares the memory of the builder unless it is compressed. May be called once. */
  seal(header: BatchHeader = {}): Buffer {
    const { compression = 'none', deleteHorizon, logAppendTime } = header;
    const bytes = compression === 'none' ? this.bytes.subarray(0, this.end) : this.compressed(compression);
    const { producerId, epoch, sequence } = header.stamp ?? noStamp;
    writeInt64(bytes, header.baseOffset ?? 0, at.baseOffset);
    bytes.writeInt32BE(bytes.length - lengthOverhead, at.length);
    bytes.writeInt32BE(header.leaderEpoch ?? -1, at.leaderEpoch);
    bytes[at.magic] = 2;
    bytes.writeInt16BE(attributesOf(header), at.attributes);
    bytes.writeInt32BE(header.lastOffsetDelta ?? this.lastDelta, at.lastOffsetDelta);
    writeInt64(bytes, deleteHorizon ?? this.baseTimestamp ?? -1, at.baseTimestamp);
    writeInt64(bytes, logAppendTime ?? this.maxTimestamp, at.maxTimestamp);
    writeInt64(bytes, producerId, at.producerId);
    bytes.writeInt16BE(epoch, at.producerEpoch);
    bytes.writeInt32BE(sequence, at.baseSequence);
    bytes.writeInt32BE(this.records, at.recordCount);
    writeChecksum(bytes);
    return bytes;
  }

  private write(entry: BatchEntry, timestampDelta: number, offsetDelta: number, from: number): number {
    const { bytes } = this;
    bytes[from] = 0;
    let end = writeVarlong(bytes, timestampDelta, from + 1);
    end = writeVarint(bytes, offsetDelta, end);
    end = writeBytes(bytes, entry.key, end);
    end = writeBytes(bytes, entry.value, end);
    end = writeVarint(bytes, entry.headers.size, end);
    if (entry.headers.size === 0) return end;
    for (const [name, value] of entry.headers) {
      const length = Buffer.byteLength(name);
      end = writeVarint(bytes, length, end);
      end = writeBytes(bytes, value, end + bytes.write(name, end, length, 'utf8'));
    }
    return end;
  }

  private grow(room: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.end + room));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }

  private compressed(compression: Compression): Buffer {
    const block = codecOf(compression).compress(this.bytes.subarray(headerSize, this.end));
    const bytes = Buffer.allocUnsafe(headerSize + block.length);
    block.copy(bytes, headerSize);
    return bytes;
  }
}

function attributesOf(header: BatchHeader): number {
  let bits = compressionId(header.compression ?? 'none');
  if (header.logAppendTime !== undefined) bits |= attribute.logAppendTime;
  if (header.transactional === true) bits |= attribute.transactional;
  if (header.control === true) bits |= attribute.control;
  if (header.deleteHorizon !== undefined) bits |= attribute.deleteHorizon;
  return bits;
}

function writeBytes(target: Buffer, source: Buffer | null, from: number): number {
  if (source === null) return writeVarint(target, -1, from);
  const { length } = source;
  let end = writeVarint(target, length, from);
  if (length > shortCopy) {
    target.set(source, end);
    return end + length;
  }
  for (let i = 0; i < length; i++) target[end++] = source[i]!;
  return end;
}

/** Writes the checksum of a batch whose header changed. */
export function writeChecksum(batch: Buffer): void {
  batch.writeUInt32BE(crc32c(batch, at.attributes), at.crc);
}

/** Changes producer and sequence of an encoded batch, when its producer gets a new epoch before it is accepted. */
export function restamp(batch: Buffer, { producerId, epoch, sequence }: ProducerStamp): void {
  writeInt64(batch, producerId, at.producerId);
  batch.writeInt16BE(epoch, at.producerEpoch);
  batch.writeInt32BE(sequence, at.baseSequence);
  writeChecksum(batch);
}
