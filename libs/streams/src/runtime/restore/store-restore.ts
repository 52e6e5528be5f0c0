import { StateError } from '@ouzel/core';
import { partitionName, type BlockRecord, type ConsumerRecord, type Fetched, type TopicPartition } from '@ouzel/kafka';
import type { ChangelogRecord } from '../../state/state-store.js';
import type { OpenTransactionWatch } from './open-transaction-watch.js';
import type { PartitionReader, ReaderLoop } from './reader-loop.js';
import { restoreEvent, type RestoreEvent, type RestoreProgress } from './restore-progress.js';

/** A changelog record as it was read: it has a key. */
export type KeyedRecord = ConsumerRecord & ChangelogRecord;

/** A store to bring up to date, and where its records go. */
export interface RestoreRequest extends TopicPartition {
  readonly store: string;
  /** The next offset to read, where local state ends; undefined when there is none. */
  readonly from: number | undefined;
  /** When local state was committed last, epoch ms; undefined where it does not say. */
  readonly committedAt: number | undefined;
  /** An end that is not the topic's: the committed offset, where a source topic serves as changelog. */
  readonly upTo?: number;
  apply(records: readonly KeyedRecord[], nextOffset: number): Promise<void>;
}

export interface StoreRestoreParts {
  readonly loop: ReaderLoop;
  readonly listener: (event: RestoreEvent) => void;
  readonly watch: OpenTransactionWatch;
}

/**
 * The restore of one store: reads its changelog from where local state ends to the offset that was the end when it
 * began.
 */
export class StoreRestore implements PartitionReader {
  readonly urgency = 'first';
  /** Rejects where the changelog can not be read or applied. Stays open when the restore is stopped. */
  readonly finished: Promise<void>;
  private resolve!: () => void;
  private reject!: (error: Error) => void;
  private applying: Promise<void> = Promise.resolve();

  constructor(
    private readonly request: RestoreRequest,
    readonly progress: RestoreProgress,
    private readonly parts: StoreRestoreParts,
  ) {
    this.finished = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  begin(): void {
    const { loop, listener, watch } = this.parts;
    listener(restoreEvent('start', this.progress));
    if (this.progress.isComplete) return this.end();
    watch.start();
    loop.read(this.request, this.progress.position, this);
  }

  /** Resolves when nothing is applied any more. */
  async stop(): Promise<void> {
    this.parts.watch.stop();
    this.parts.loop.stop(this.request);
    await this.applying.catch(() => {});
  }

  apply(batch: Fetched): Promise<void> {
    this.applying = this.takeOver(batch);
    return this.applying;
  }

  failed(error: Error): void {
    this.reject(error);
  }

  private async takeOver({ records, nextOffset, error }: Fetched): Promise<void> {
    const { request, progress } = this;
    if (error !== undefined) throw error.kind === 'out-of-range' ? outOfRange(request) : error;
    const { endOffset } = progress;
    const wanted = nextOffset <= endOffset ? records : records.filter(({ offset }) => offset < endOffset);
    await request.apply(keyed(wanted), Math.min(nextOffset, endOffset));
    progress.records += wanted.length;
    progress.position = Math.min(nextOffset, endOffset);
    this.parts.listener(restoreEvent('batch', progress));
    if (progress.isComplete) this.end();
  }

  private end(): void {
    const { loop, listener, watch } = this.parts;
    watch.stop();
    loop.stop(this.request);
    listener(restoreEvent('end', this.progress));
    this.resolve();
  }
}

/** Returns the records that have a key. Those of a changelog have one; those of a source topic may lack it. */
export function keyed(records: readonly ConsumerRecord[]): readonly KeyedRecord[] {
  return (records.every(hasKey) ? records : records.filter(hasKey)) as readonly KeyedRecord[];
}

/** A key is not cut out to see whether it is there. */
function hasKey(record: ConsumerRecord): boolean {
  const { keyLength } = record as Partial<BlockRecord>;
  return keyLength === undefined ? record.key !== null : keyLength >= 0;
}

/**
 * Returns the failure of local state that its changelog can not bring up to date: it must be wiped and restored from
 * the beginning.
 */
export function outOfRange(request: RestoreRequest): StateError {
  return new StateError('OUZEL_STATE_CORRUPT', {
    what: `the changelog no longer has the offset ${request.from} that local state ends at`,
    where: partitionName(request),
  });
}
