import type { Headers } from '@ouzel/core';
import type { DropReason } from '../../record/dropped.js';
import { PendingWork } from '../../processor/pending-work.js';
import type { Tracing } from '../../processor/tracing.js';
import { noRecord, type RecordContext } from '../../record/record.js';
import type { Resumed, StoreContext } from '../../state/state-store.js';
import type { DroppedRecords } from './dropped-records.js';
import type { RecordCollector } from './record-collector.js';

/** Gives the stores of one task access to the record in process and to their changelogs. */
export class TaskStoreContext implements StoreContext {
  record: RecordContext = noRecord(-1);
  readonly resumed: Resumed | undefined = undefined;
  /** Promises that stores made in the piece of work under way. */
  readonly pending = new PendingWork();

  constructor(
    readonly taskId: string,
    /** Changelog topics by store. */
    private readonly changelogs: ReadonlyMap<string, string>,
    private readonly collector: RecordCollector,
    private readonly dropped: DroppedRecords,
    private readonly tracing: Tracing | undefined,
  ) {
    if (tracing !== undefined) this.resumed = (work) => tracing.resume(this.record.headers, work);
  }

  log(store: string, key: Buffer, value: Buffer | null, timestamp: number | null, headers: Headers): void {
    const sent = this.tracing === undefined ? headers : this.tracing.logged(this.record.headers, headers);
    this.collector.log(this.changelogs.get(store)!, key, value, timestamp, sent);
  }

  drop(reason: DropReason, store: string): void {
    this.dropped.add(reason, store, this.record);
  }

  own(pending: Promise<void>): void {
    this.pending.add(pending);
  }
}
