import { TopologyError, durationMs, type Duration } from '@ouzel/core';
import { TimeWindow, type SessionWindow, type SlidingWindow, type EmitStrategy } from '../../windows/index.js';
import type { WindowShape } from '../../state/store-suppliers.js';
import type { KeptRows } from '../stores/materialized.js';

/** What time windows and sliding windows have in common for names and stores. */
export interface WindowFacts {
  /** Of a window, for serdes and stores. */
  readonly sizeMs: number;
  readonly graceMs: number;
  /** How long a window must be kept so that no update misses it. */
  readonly neededMs: number;
}

/** Sliding windows look back by two differences: a late record may need the window before its own (SlidingWindowedKStreamImpl). */
export function windowFacts(window: TimeWindow | SlidingWindow): WindowFacts {
  const { graceMs } = window;
  if (window instanceof TimeWindow) return { sizeMs: window.sizeMs, graceMs, neededMs: window.sizeMs + graceMs };
  return { sizeMs: window.differenceMs, graceMs, neededMs: 2 * window.differenceMs + graceMs };
}

/** The retention that the user wants, at least what the windows need. Throws OUZEL_TOPOLOGY. */
export function windowRetention(neededMs: number, wanted: Duration | undefined, store: string): number {
  if (wanted === undefined) return neededMs;
  const retentionMs = durationMs(wanted, `retention of store "${store}"`);
  if (retentionMs >= neededMs) return retentionMs;
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: `the retention of ${retentionMs} ms is shorter than its windows and their grace need`,
    where: `state store "${store}"`,
    help: `Keep it for at least ${neededMs} ms.`,
  });
}

/**
 * Windows emitted on close are found by time, sliding ones by range. A cache would hold back what emission on close must see; only that of time windows can have
 * one (WindowStoreMaterializer, SlidingWindowStoreMaterializer).
 */
export function keptWindows(window: TimeWindow | SlidingWindow, wanted: Duration | undefined, store: string, emit: EmitStrategy): KeptRows {
  const { sizeMs, neededMs } = windowFacts(window);
  const isAligned = window instanceof TimeWindow;
  const shape: WindowShape = {
    kind: 'window',
    retentionMs: windowRetention(neededMs, wanted, store),
    sizeMs,
    retainDuplicates: false,
    order: emit === 'close' ? 'time' : 'key',
    access: isAligned ? 'point' : 'range',
  };
  return { shape, form: 'timestamped', caching: emit === 'update' || isAligned };
}

export function keptSessions({ gapMs, graceMs }: SessionWindow, wanted: Duration | undefined, store: string, emit: EmitStrategy): KeptRows {
  const retentionMs = windowRetention(gapMs + graceMs, wanted, store);
  return { shape: { kind: 'session', retentionMs, order: emit === 'close' ? 'time' : 'key' }, form: 'plain', caching: emit === 'update' };
}
