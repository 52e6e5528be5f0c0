import { type Cancel, type Clock, asError, writeInt64 } from '@ouzel/core';
import { at, encodeMarker, RecordBatch, writeChecksum } from '../records/index.js';
import { partitionName, type Isolation, type TopicPartition } from '../client/index.js';
import type { ProducerIdentity } from '../protocol/transactions.js';
import { ErrorCode, failureOf } from '../protocol/error-codes.js';
import { compacted, type Compactable } from './compaction.js';
import { noStorage, type LogStorage } from './log-storage.js';
import { ProducerStates } from './producer-states.js';
import type { TopicConfig } from './topic-config.js';
import { TransactionIndex } from './transaction-index.js';

const logAppendTime = 8;

interface Stored {
  readonly batch: RecordBatch;
  readonly baseOffset: number;
  readonly lastOffset: number;
}

/** The log of one partition: batches in the order of their offsets. It is the only replica. */
export class PartitionLog implements Compactable {
  private stored: Stored[] = [];
  private start = 0;
  private end = 0;
  private readonly producers = new ProducerStates();
  private readonly transactions = new TransactionIndex();
  private readonly watchers = new Set<() => void>();
  private deleted = false;
  /** The offset up to which the log is compacted: before it every key has one record. */
  private cleanOffset = 0;
  /**
   * The segment that is being written. Compaction leaves it alone. It has a first offset, a size in bytes, and the time
   * of its first batch.
   */
  private active = { offset: 0, bytes: 0, since: 0 };

  constructor(
    readonly place: TopicPartition,
    readonly config: TopicConfig,
    private readonly clock: Clock,
    private readonly storage: LogStorage = noStorage,
  ) {}

  get startOffset(): number {
    return this.start;
  }
  /** The next offset to be written. */
  get highWatermark(): number {
    return this.end;
  }
  get lastStableOffset(): number {
    return this.transactions.firstOpenOffset ?? this.end;
  }
  get isDeleted(): boolean {
    return this.deleted;
  }
  get uncompactedOffset(): number {
    return Math.min(this.active.offset, this.lastStableOffset);
  }
  get name(): string {
    return partitionName(this.place);
  }

  /** Returns the offset at which the records end for a reader. */
  endFor(isolation: Isolation): number {
    return isolation === 'read_committed' ? this.lastStableOffset : this.end;
  }

  /** Appends a producer's batch and returns its base offset. A batch that came before is not written again. */
  append(bytes: Buffer): number {
    const where = `Produce of ${this.name}`;
    const batch = new RecordBatch(Buffer.from(bytes));
    this.checkSound(batch, where);
    if (batch.bytes.length > this.config.maxMessageBytes) throw failureOf(ErrorCode.messageTooLarge, where);
    if (this.config.isCompacted && batch.records(this.place).some(({ key }) => key === null))
      throw failureOf(ErrorCode.invalidRecord, where);
    const now = this.clock.now();
    if (!this.config.hasLogAppendTime && batch.maxTimestamp > now + this.config.aheadMs) throw failureOf(ErrorCode.invalidTimestamp, where);
    const repeated = this.producers.check(batch, where);
    if (repeated !== undefined) return repeated;
    const baseOffset = this.end;
    writeInt64(batch.bytes, baseOffset, at.baseOffset);
    batch.bytes.writeInt32BE(0, at.leaderEpoch);
    if (this.config.hasLogAppendTime) stampAppendTime(batch.bytes, now);
    this.write(batch);
    return baseOffset;
  }

  appendMarker(outcome: 'commit' | 'abort', { producerId, epoch }: ProducerIdentity): void {
    const place = { baseOffset: this.end, leaderEpoch: 0, coordinatorEpoch: 0, timestamp: this.clock.now() };
    this.write(new RecordBatch(encodeMarker(outcome, { ...place, producerId, epoch })));
  }

  /** Returns the batch with the offset, or the next one; undefined at the end of what the reader may see. */
  batchAt(offset: number, isolation: Isolation): RecordBatch | undefined {
    const stored = this.stored[this.indexOf(offset)];
    return stored !== undefined && stored.baseOffset < this.endFor(isolation) ? stored.batch : undefined;
  }

  isAborted(batch: RecordBatch): boolean {
    return this.transactions.isAborted(batch);
  }

  /** Returns the first offset with this timestamp or later; undefined when there is none. */
  offsetAt(timestamp: number): number | undefined {
    for (const { batch } of this.stored) {
      if (batch.maxTimestamp < timestamp) continue;
      const found = batch.records(this.place, this.start).find((record) => record.timestamp >= timestamp);
      if (found !== undefined) return found.offset;
    }
    return undefined;
  }

  /** Returns where the log will begin when the records before the offset are deleted; -1 stands for all records. */
  startAfterDeleting(offset: number): number {
    if (offset > this.end || offset < -1) throw failureOf(ErrorCode.offsetOutOfRange, `DeleteRecords of ${this.name}`);
    return Math.max(this.start, offset === -1 ? this.end : offset);
  }

  /**
   * Deletes the records before the offset. Whole batches are removed; in the first one that is left, the records are
   * hidden.
   */
  deleteBefore(before: number): void {
    if (before <= this.start) return;
    this.start = before;
    const gone = this.indexOf(before);
    this.transactions.forgetBefore(before);
    if (gone === 0) return;
    this.stored.splice(0, gone);
    this.storage.replace(this.batches());
  }

  *batches(): Generator<RecordBatch> {
    for (const { batch } of this.stored) yield batch;
  }

  isLastOfProducer(batch: RecordBatch): boolean {
    return this.producers.isLast(batch);
  }

  /** Loads the batches of the storage. All of them count as the active segment. */
  restore(start: number): void {
    for (const batch of this.storage.read()) {
      if (this.active.bytes === 0) this.active = { offset: batch.baseOffset, bytes: 0, since: batch.maxTimestamp };
      this.active.bytes += batch.bytes.length;
      this.take(batch);
    }
    this.start = start;
    this.end = Math.max(this.end, start);
  }

  /** Calls the watcher after each append, and at deletion. */
  watch(watcher: () => void): Cancel {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  delete(): void {
    this.deleted = true;
    this.storage.remove();
    for (const watcher of this.watchers) watcher();
  }

  close(): void {
    this.storage.close();
  }

  private checkSound(batch: RecordBatch, where: string): void {
    try {
      batch.check();
    } catch (error) {
      throw failureOf(ErrorCode.corruptMessage, where, 'record', asError(error).message);
    }
  }

  private write(batch: RecordBatch): void {
    this.storage.append(batch.bytes);
    const rolled = this.roll(batch);
    this.take(batch);
    if (rolled && this.config.isCompacted) this.compact();
    for (const watcher of this.watchers) watcher();
  }

  private take(batch: RecordBatch): void {
    const stored = storedOf(batch);
    this.stored.push(stored);
    this.end = stored.lastOffset + 1;
    this.producers.add(batch);
    this.transactions.add(batch);
  }

  /** Compacts the log when enough was written since the last compaction. */
  private compact(): void {
    let total = 0;
    let dirty = 0;
    for (const { batch, baseOffset, lastOffset } of this.stored) {
      if (lastOffset >= this.uncompactedOffset) break;
      total += batch.bytes.length;
      if (baseOffset >= this.cleanOffset) dirty += batch.bytes.length;
    }
    if (total === 0 || dirty / total < this.config.dirtyRatio) return;
    this.cleanOffset = this.uncompactedOffset;
    const batches = compacted(this, this.clock.now());
    this.stored = batches.map(storedOf);
    this.storage.replace(batches);
  }

  /**
   * Returns whether the batch begins a new segment, by its size, or by its age in the records' own time
   * (LogSegment.shouldRoll).
   */
  private roll({ bytes, maxTimestamp }: RecordBatch): boolean {
    const isFirst = this.active.bytes === 0;
    const isFull = this.active.bytes + bytes.length > this.config.segmentBytes || maxTimestamp - this.active.since > this.config.segmentMs;
    if (isFirst || isFull) this.active = { offset: this.end, bytes: 0, since: maxTimestamp };
    this.active.bytes += bytes.length;
    return isFull && !isFirst;
  }

  /** Returns the place of the first batch that ends at the offset or behind it. */
  private indexOf(offset: number): number {
    let low = 0;
    let high = this.stored.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.stored[middle]!.lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function storedOf(batch: RecordBatch): Stored {
  return { batch, baseOffset: batch.baseOffset, lastOffset: batch.lastOffset };
}

function stampAppendTime(bytes: Buffer, now: number): void {
  bytes.writeInt16BE(bytes.readInt16BE(at.attributes) | logAppendTime, at.attributes);
  writeInt64(bytes, now, at.maxTimestamp);
  writeChecksum(bytes);
}
