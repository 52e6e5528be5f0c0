import { roughDuration, type Clock, type Logger } from '@ouzel/core';
import { recordPlace } from '@ouzel/kafka';
import type { StorePlan } from '../../state/kind/store-plan.js';

/** A record that moves the stream time of its task. */
export interface TimedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
}

export interface TimeJumpsParts {
  /** `0_1`. */
  readonly task: string;
  readonly stores: readonly StorePlan[];
  /** A jump is longer than this, ms. */
  readonly limitMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Counts and logs the jumps of a task's stream time: one record with a wrong clock ends windows and deletes old rows.
 */
export class TimeJumps {
  count = 0;

  constructor(private readonly parts: TimeJumpsParts) {}

  get limitMs(): number {
    return this.parts.limitMs;
  }

  /**
   * Called with the stream time before a record that is further ahead of it than the limit. Where it is unknown (-1),
   * the record must be further ahead of the clock of the client.
   */
  seen(from: number, record: TimedRecord): void {
    const { task, limitMs, clock, logger } = this.parts;
    const start = from < 0 ? clock.now() : from;
    const jump = record.timestamp - start;
    if (jump <= limitMs) return;
    this.count++;
    const what = from < 0 ? 'begins ahead of the clock' : `jumps from ${isoTime(from)}`;
    logger.warn(
      `task ${task}: stream time ${what} by ${roughDuration(jump)} to ${isoTime(record.timestamp)}, at ${recordPlace(record)}: ` +
        `${this.consequence()}. Where a producer's clock is wrong, bound the time of the source: timestamps.within({ future: '1h' }).`,
    );
  }

  private consequence(): string {
    const followers = this.parts.stores.filter(({ spec }) => spec.kind.followsTime?.(spec.options) === true);
    const late = 'records before it may be late';
    if (followers.length === 0) return late;
    return `windows and rows that end before it are final or deleted (${followers.map(({ spec }) => spec.name).join(', ')}), ${late}`;
  }
}

/** Returns a time as ISO 8601, or as it is where no date can hold it. */
function isoTime(timestamp: number): string {
  return timestamp <= 8.64e15 ? new Date(timestamp).toISOString() : String(timestamp);
}
