import type { Headers } from '@ouzel/core';
import type { DropReason } from '../../record/dropped.js';
import { PendingWork } from '../../processor/pending-work.js';
import { noRecord, type RecordContext } from '../../record/record.js';
import type { StoreContext } from '../../state/state-store.js';
import type { DroppedRecords } from './dropped-records.js';
import type { RecordCollector } from './record-collector.js';

/** Gives the stores of one task access to the record in process and to their changelogs. */
export class TaskStoreContext implements StoreContext {
  record: RecordContext = noRecord(-1);
  /** Promises that stores made in the piece of work under way. */
  readonly pending = new PendingWork();

  constructor(
    readonly taskId: string,
    /** Changelog topics by store. */
    private readonly changelogs: ReadonlyMap<string, string>,
    private readonly collector: RecordCollector,
    private readonly dropped: DroppedRecords,
  ) {}

  log(store: string, key: Buffer, value: Buffer | null, timestamp: number | null, headers: Headers): void {
    this.collector.log(this.changelogs.get(store)!, key, value, timestamp, headers);
  }

  drop(reason: DropReason, store: string): void {
    this.dropped.add(reason, store, this.record);
  }

  own(pending: Promise<void>): void {
    this.pending.add(pending);
  }
}
