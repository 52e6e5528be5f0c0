/**
 * Windows aligned to the epoch: `[start, start + size)`, a start every `advance` (TimeWindows); or one window from
 * `startMs` on without end (UnlimitedWindows, where `sizeMs` is Infinity).
 */
export abstract class TimeWindow {
  declare private readonly kind: 'time';
  abstract readonly sizeMs: number;
  abstract readonly advanceMs: number;
  abstract readonly graceMs: number;
  /** Starts of the windows that hold the timestamp, in order. */
  abstract startsOf(timestamp: number): readonly number[];
}

/** Windows aligned to records: `[start, start + difference]`, both inclusive (SlidingWindows). */
export abstract class SlidingWindow {
  declare private readonly kind: 'sliding';
  abstract readonly differenceMs: number;
  abstract readonly graceMs: number;
}

/** Windows of activity: records at most `gap` apart are one session (SessionWindows). */
export abstract class SessionWindow {
  declare private readonly kind: 'session';
  abstract readonly gapMs: number;
  abstract readonly graceMs: number;
}

/** Which records of two streams meet: right in `[left - before, left + after]` (JoinWindows). */
export abstract class JoinWindow {
  declare private readonly kind: 'join';
  abstract readonly beforeMs: number;
  abstract readonly afterMs: number;
  abstract readonly graceMs: number;
}
