import type { Cancellable } from '../../processor/processor.js';
import type { ProcessorNode } from '../../processor/node.js';
import { BinaryHeap } from './binary-heap.js';

/** Something that is due, and its node (for the handler, should it fail). */
export interface Punctuation {
  readonly node: ProcessorNode;
  readonly punctuate: (timestamp: number) => void | Promise<void>;
  readonly interval: number;
  readonly time: number;
  /** Shared by all times of one schedule. */
  readonly schedule: { isCancelled: boolean };
}

/**
 * The punctuators of one clock, in the order of their times (PunctuationQueue). Several intervals that were missed make
 * one call. The next call is at the first multiple of the interval after the time that was seen.
 */
export class PunctuationQueue {
  private readonly entries = new BinaryHeap<Punctuation>(({ time }) => time);
  /** When the next may be due; infinite when there is none: the only check on the way of a record. */
  nextTime = Infinity;
  /** How often a punctuator was called, for metrics. */
  calls = 0;

  schedule(node: ProcessorNode, first: number, interval: number, punctuate: (timestamp: number) => void | Promise<void>): Cancellable {
    const schedule = { isCancelled: false };
    this.add({ node, punctuate, interval, time: first, schedule });
    return {
      cancel() {
        schedule.isCancelled = true;
      },
    };
  }

  /** Takes the earliest that is due. `again` when it was called. */
  take(now: number): Punctuation | undefined {
    while (now >= this.nextTime) {
      const taken = this.entries.take()!;
      this.nextTime = this.entries.peek()?.time ?? Infinity;
      if (taken.schedule.isCancelled) continue;
      this.calls++;
      return taken;
    }
    return undefined;
  }

  /** Schedules the next call of what was called, unless it was cancelled. */
  again(called: Punctuation, now: number): void {
    if (called.schedule.isCancelled) return;
    const { interval } = called;
    const next = called.time + interval;
    this.add({ ...called, time: next > now ? next : next + Math.floor((now - next) / interval + 1) * interval });
  }

  private add(entry: Punctuation): void {
    this.entries.add(entry);
    this.nextTime = this.entries.peek()!.time;
  }
}
