import { Listeners, type Logger } from '@ouzel/core';
import type { DroppedRecord, DropReason } from '../../record/dropped.js';
import type { RecordContext } from '../../record/record.js';

/** Counts the records of one task that went no further, and calls `onDropped` with each. */
export class DroppedRecords {
  private readonly sums = new Map<DropReason, number>();

  private readonly listener: Listeners<[DroppedRecord]> | undefined;

  constructor(
    private readonly taskId: string,
    onDropped: ((record: DroppedRecord) => void) | undefined,
    logger: Logger,
  ) {
    if (onDropped === undefined) return;
    this.listener = new Listeners((error) => logger.error(`onDropped failed: ${error.message}`, error));
    this.listener.add(onDropped);
  }

  /** Records dropped so far, by reason. */
  get counts(): ReadonlyMap<DropReason, number> {
    return this.sums;
  }

  /** `place`: where the dropped record came from. `node`: the node or store that dropped it. */
  add(reason: DropReason, node: string, place: RecordContext): void {
    this.sums.set(reason, (this.sums.get(reason) ?? 0) + 1);
    if (this.listener === undefined) return;
    const { topic, partition, offset, timestamp, headers, sourceKey: key, sourceValue: value } = place;
    this.listener.notify({ reason, node, taskId: this.taskId, topic, partition, offset, timestamp, key, value, headers });
  }
}
