import type { Cancellable } from '../../processor/processor.js';
import type { ProcessorNode } from '../../processor/node.js';

interface Punctuation {
  readonly node: ProcessorNode<any, any, any, any>;
  readonly punctuate: (timestamp: number) => void | Promise<void>;
  readonly interval: number;
  next: number;
  cancelled: boolean;
}

/** Something that is due, and its node (for the handler, should it fail). */
export interface DuePunctuation {
  readonly node: ProcessorNode<any, any, any, any>;
  readonly punctuate: (timestamp: number) => void | Promise<void>;
}

/**
 * Scheduled callbacks of one clock, in the order of their times, those of one time in the order in which they were scheduled (PunctuationQueue). Intervals that were missed collapse into one call; the next is at the
 * first multiple of the interval after the time that was seen.
 */
export class PunctuationQueue {
  private readonly entries: Punctuation[] = [];
  /** When the next is due; infinite when there is none: the only check on the way of a record. */
  nextTime = Infinity;

  schedule(node: ProcessorNode<any, any, any, any>, first: number, interval: number, punctuate: (timestamp: number) => void | Promise<void>): Cancellable {
    const entry: Punctuation = { node, punctuate, interval, next: first, cancelled: false };
    this.entries.push(entry);
    this.sort();
    return {
      cancel: () => {
        entry.cancelled = true;
        const at = this.entries.indexOf(entry);
        if (at >= 0) this.entries.splice(at, 1);
        this.sort();
      },
    };
  }

  /** Takes the earliest that is due, and schedules it again. */
  take(now: number): DuePunctuation | undefined {
    const entry = this.entries[0];
    if (entry === undefined || now < entry.next) return undefined;
    entry.next += entry.interval;
    if (entry.next <= now) entry.next += Math.floor((now - entry.next) / entry.interval + 1) * entry.interval;
    this.entries.push(this.entries.shift()!);
    this.sort();
    return entry;
  }

  private sort(): void {
    this.entries.sort((a, b) => a.next - b.next);
    this.nextTime = this.entries[0]?.next ?? Infinity;
  }
}
