import type { ValueAndTimestamp } from '../state/store.js';

/** A window as it is stored: its aggregate, and the newest timestamp in it. */
export interface StoredWindow<A> extends ValueAndTimestamp<A> {
  readonly start: number;
}

/** An update of one window. */
export interface SlidingUpdate<A> {
  readonly start: number;
  /** The aggregate of the window without the record; null where it is empty. */
  readonly from: ValueAndTimestamp<A> | null;
  /** The window does not hold the record, but begins right behind it: it takes `from` as it is. */
  readonly isCopy: boolean;
}

/**
 * Returns the updates that a record makes to the windows of its key, in their order
 * (KStreamSlidingWindowAggregate.processReverse and processEarly). `windows` are those that start at most two
 * differences before the record or one millisecond behind it, by start.
 *
 * Each record has a left window, which ends with it, and a right one, which begins one millisecond behind it, unless
 * they would hold the same records as another. Records within one difference of the epoch have one left window
 * together: it starts at 0.
 */
export function slidingUpdates<A>(windows: readonly StoredWindow<A>[], timestamp: number, differenceMs: number): SlidingUpdate<A>[] {
  return timestamp < differenceMs ? earlyUpdates(windows, timestamp, differenceMs) : updates(windows, timestamp, differenceMs);
}

function updates<A>(windows: readonly StoredWindow<A>[], timestamp: number, differenceMs: number): SlidingUpdate<A>[] {
  const result: SlidingUpdate<A>[] = [];
  let latest: StoredWindow<A> | undefined;
  let previous: StoredWindow<A> | undefined;
  let hasLeft = false;
  for (let i = windows.length - 1; i >= 0; i--) {
    const window = windows[i]!;
    const end = window.start + differenceMs;
    if (window.start > timestamp) continue;
    if (end < timestamp) {
      previous = window;
      break;
    }
    result.push(update(window));
    if (end > timestamp) latest ??= window;
    else {
      // The window ends with the record. Where it holds one of this time already, all windows of this time exist.
      if (window.timestamp >= timestamp) return result;
      hasLeft = true;
      // The window before this one overrides it, as in Kafka Streams, though its newest record may be older.
      previous = window;
    }
  }
  const newest = previous?.timestamp;
  if (newest !== undefined && lacksRight(windows, newest, timestamp, differenceMs)) result.push(fresh<A>(newest + 1));
  if (!hasLeft) {
    const overlaps = newest !== undefined && timestamp - differenceMs <= newest;
    result.push({ start: timestamp - differenceMs, from: overlaps ? { value: previous!.value, timestamp } : null, isCopy: false });
  }
  if (needsRight(windows, latest, timestamp)) result.push({ start: timestamp + 1, from: latest!, isCopy: true });
  return result;
}

function earlyUpdates<A>(windows: readonly StoredWindow<A>[], timestamp: number, differenceMs: number): SlidingUpdate<A>[] {
  const result: SlidingUpdate<A>[] = [];
  const combined = windows[0]?.start === 0 ? windows[0] : undefined;
  let latest: StoredWindow<A> | undefined;
  for (const window of windows) {
    if (window === combined || window.start > timestamp) continue;
    latest = window;
    result.push(update(window));
  }
  // Later records alone: those before would have a right window, which would have been found.
  if (latest === undefined && combined !== undefined && combined.timestamp > timestamp) latest = combined;
  if (needsRight(windows, latest, timestamp)) result.push({ start: timestamp + 1, from: latest!, isCopy: true });
  if (combined !== undefined && combined.timestamp < timestamp && lacksRight(windows, combined.timestamp, timestamp, differenceMs))
    result.push(fresh<A>(combined.timestamp + 1));
  result.push(combined === undefined ? fresh<A>(0) : update(combined));
  return result;
}

function update<A>(window: StoredWindow<A>): SlidingUpdate<A> {
  return { start: window.start, from: window, isCopy: false };
}

function fresh<A>(start: number): SlidingUpdate<A> {
  return { start, from: null, isCopy: false };
}

/** The right window of the record before would hold this one, and does not exist. */
function lacksRight(windows: readonly StoredWindow<unknown>[], newest: number, timestamp: number, differenceMs: number): boolean {
  const start = newest + 1;
  return start + differenceMs >= timestamp && !windows.some((window) => window.start === start);
}

/** The record's own right window would hold later records, and does not exist. */
function needsRight<A>(windows: readonly StoredWindow<A>[], latest: StoredWindow<A> | undefined, timestamp: number): boolean {
  return latest !== undefined && latest.timestamp > timestamp && windows.at(-1)?.start !== timestamp + 1;
}
