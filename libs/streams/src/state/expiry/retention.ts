import { segmentMs } from './segment-ms.js';

/**
 * The time that a store of windows or sessions has observed, and what has expired by it. A store's time is the highest
 * that was put, changelog included. It hides what lies a retention behind, and removes it segment by segment
 * (AbstractSegments).
 */
export abstract class Retention {
  observed = -1;

  constructor(
    readonly retentionMs: number,
    readonly segmentMs: number,
  ) {}

  observe(time: number): void {
    if (time > this.observed) this.observed = time;
  }

  /** The earliest time that is still shown. */
  get earliest(): number {
    return this.observed - this.retentionMs + 1;
  }

  /** The first segment that is kept. */
  get firstLive(): number {
    return this.segmentOf(Math.max(0, this.observed - this.retentionMs));
  }

  segmentOf(time: number): number {
    return Math.floor(time / this.segmentMs);
  }

  /** Whether a put at this time comes too late. */
  abstract refuses(time: number): boolean;
}

/**
 * Persistent stores refuse what belongs to a segment that is removed. So they may take what they do not show any more.
 */
export class SegmentRetention extends Retention {
  refuses(time: number): boolean {
    return this.segmentOf(time) < this.firstLive;
  }
}

/** In-memory stores refuse what they would not show (InMemoryWindowStore). */
export class ExactRetention extends Retention {
  refuses(time: number): boolean {
    return time < this.earliest;
  }
}

/** Returns the retention of a window or session store. */
export function retentionOf(retentionMs: number, persistent: boolean): Retention {
  const segment = segmentMs(retentionMs);
  return persistent ? new SegmentRetention(retentionMs, segment) : new ExactRetention(retentionMs, segment);
}
