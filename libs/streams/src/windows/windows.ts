import { durationMs, type Duration, TopologyError } from '@ouzel/core';
import { JoinWindow, SessionWindow, SlidingWindow, TimeWindow } from './window-kinds.js';

export interface GraceOptions {
  /** How long after its end a window takes late records. Default 0. */
  grace?: Duration;
}

class AlignedWindow extends TimeWindow {
  constructor(
    readonly sizeMs: number,
    readonly advanceMs: number,
    readonly graceMs: number,
  ) {
    super();
  }

  startsOf(timestamp: number): readonly number[] {
    const { sizeMs, advanceMs } = this;
    const starts: number[] = [];
    const first = Math.floor(Math.max(0, timestamp - sizeMs + advanceMs) / advanceMs) * advanceMs;
    for (let start = first; start <= timestamp; start += advanceMs) starts.push(start);
    return starts;
  }
}

/** One window per record: the common case needs no loop and, while time stands, no new array. */
class TumblingWindow extends AlignedWindow {
  private last: readonly number[] = [0];

  override startsOf(timestamp: number): readonly number[] {
    const start = timestamp - (timestamp % this.sizeMs);
    if (this.last[0] !== start) this.last = [start];
    return this.last;
  }
}

class EndlessWindow extends TimeWindow {
  readonly sizeMs = Infinity;
  readonly advanceMs = Infinity;
  readonly graceMs = 0;
  private readonly starts: readonly number[];

  constructor(readonly startMs: number) {
    super();
    this.starts = [startMs];
  }

  startsOf(timestamp: number): readonly number[] {
    return timestamp >= this.startMs ? this.starts : [];
  }
}

class Sliding extends SlidingWindow {
  constructor(
    readonly differenceMs: number,
    readonly graceMs: number,
  ) {
    super();
  }
}

class Session extends SessionWindow {
  constructor(
    readonly gapMs: number,
    readonly graceMs: number,
  ) {
    super();
  }
}

class Within extends JoinWindow {
  constructor(
    readonly beforeMs: number,
    readonly afterMs: number,
    readonly graceMs: number,
  ) {
    super();
  }
}

function atLeast(min: number, what: string, duration: Duration): number {
  const ms = durationMs(duration, what);
  if (ms < min) throw new TopologyError('OUZEL_TOPOLOGY', { what: `${what} must be at least ${min} ms, not ${ms}` });
  return ms;
}

function graceOf({ grace = 0 }: GraceOptions): number {
  return atLeast(0, 'grace', grace);
}

/** Windows of one size, one behind the other. */
export function tumbling(size: Duration, options: GraceOptions = {}): TimeWindow {
  const sizeMs = atLeast(1, 'window size', size);
  return new TumblingWindow(sizeMs, sizeMs, graceOf(options));
}

/** Windows of one size, a new one every `advance` (at most the size). */
export function hopping(size: Duration, advance: Duration, options: GraceOptions = {}): TimeWindow {
  const sizeMs = atLeast(1, 'window size', size);
  const advanceMs = atLeast(1, 'advance', advance);
  if (advanceMs > sizeMs)
    throw new TopologyError('OUZEL_TOPOLOGY', { what: `the advance of a window (${advanceMs} ms) is longer than its size (${sizeMs} ms)` });
  return new AlignedWindow(sizeMs, advanceMs, graceOf(options));
}

/** One window from `start` (0) on; its `end` is Infinity. Earlier records are ignored. */
export function unlimited(options: { start?: number } = {}): TimeWindow {
  return new EndlessWindow(atLeast(0, 'start', options.start ?? 0));
}

/** Windows around every record: those at most `difference` apart share one. */
export function sliding(difference: Duration, options: GraceOptions = {}): SlidingWindow {
  return new Sliding(atLeast(0, 'time difference', difference), graceOf(options));
}

/** Sessions that end after `gap` without a record. */
export function session(gap: Duration, options: GraceOptions = {}): SessionWindow {
  return new Session(atLeast(1, 'inactivity gap', gap), graceOf(options));
}

/**
 * Records of two streams at most `difference` apart; `before` and `after` say how far the right one may lie on either
 * side, and may be negative as long as they leave a window.
 */
export function within(difference: Duration, options: GraceOptions & { before?: Duration; after?: Duration } = {}): JoinWindow {
  const differenceMs = atLeast(0, 'time difference', difference);
  const beforeMs = options.before === undefined ? differenceMs : durationMs(options.before, 'before');
  const afterMs = options.after === undefined ? differenceMs : durationMs(options.after, 'after');
  if (beforeMs + afterMs < 0)
    throw new TopologyError('OUZEL_TOPOLOGY', { what: `a join window from ${-beforeMs} ms to ${afterMs} ms is empty` });
  return new Within(beforeMs, afterMs, graceOf(options));
}
