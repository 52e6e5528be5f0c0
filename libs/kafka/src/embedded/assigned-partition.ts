import type { Cancel } from '@ouzel/core';
import type { ConsumerRecord, DriverError, Fetched, Isolation, TopicPartition } from '../client/index.js';
import { ErrorCode, failureOf } from '../protocol/error-codes.js';
import type { PartitionLog } from './partition-log.js';

/** The position of a reader in one partition: the records of its present batch, and where the next batch begins. */
export class AssignedPartition {
  paused = false;
  /** The failure that ended the partition, until `take` has returned it. */
  failure: DriverError | undefined;
  private ended = false;
  private records: readonly ConsumerRecord[] = [];
  private next = 0;
  private readonly unwatch: Cancel;

  constructor(
    private readonly place: TopicPartition,
    private readonly log: PartitionLog | undefined,
    private readonly isolation: Isolation,
    private position: number,
    appended: () => void,
  ) {
    this.unwatch = log?.watch(appended) ?? (() => {});
  }

  /** Whether `take` returns records, progress or a failure. */
  get isReady(): boolean {
    if (this.paused || this.ended) return false;
    if (this.failure !== undefined || this.next < this.records.length || this.log === undefined) return true;
    const { log, position } = this;
    return (
      log.isDeleted || position < log.startOffset || position > log.highWatermark || log.batchAt(position, this.isolation) !== undefined
    );
  }

  get endOffset(): number | undefined {
    return this.log?.endFor(this.isolation);
  }

  take(maxRecords: number): Fetched {
    const records: ConsumerRecord[] = [];
    while (records.length < maxRecords && (this.next < this.records.length || this.load())) {
      const end = Math.min(this.next + maxRecords - records.length, this.records.length);
      while (this.next < end) records.push(this.records[this.next++]!);
    }
    const nextOffset = this.records[this.next]?.offset ?? this.position;
    const error = records.length === 0 ? this.failure : undefined;
    if (error !== undefined) {
      this.ended = true;
      this.failure = undefined;
    }
    return { ...this.place, records, nextOffset, error };
  }

  close(): void {
    this.unwatch();
  }

  /** Loads the next batch that the reader may see. Markers and aborted batches are skipped. */
  private load(): boolean {
    const { log } = this;
    if (log === undefined) return false;
    const where = `Fetch of ${log.name}`;
    if (log.isDeleted) this.failure = failureOf(ErrorCode.unknownTopicOrPartition, where, 'missing');
    else if (this.position < log.startOffset || this.position > log.highWatermark)
      this.failure = failureOf(ErrorCode.offsetOutOfRange, where);
    for (let batch = log.batchAt(this.position, this.isolation); this.failure === undefined && batch !== undefined;) {
      const from = this.position;
      this.position = batch.lastOffset + 1;
      const isHidden = batch.isControl || (this.isolation === 'read_committed' && log.isAborted(batch));
      if (!isHidden) {
        this.records = batch.records(this.place, from);
        this.next = 0;
        if (this.records.length > 0) return true;
      }
      batch = log.batchAt(this.position, this.isolation);
    }
    return false;
  }
}
