import { TopologyError } from '@ouzel/core';
import { SessionWindow, SlidingWindow, TimeWindow } from '../../windows/index.js';
import { sessionWindowing } from './session-windowing.js';
import { slidingWindowing } from './sliding-windowing.js';
import { timeWindowing } from './time-windowing.js';
import type { Windowing } from './windowing.js';

/** Returns what the tables of a window are made of. Throws OUZEL_TOPOLOGY for anything that is not a window. */
export function windowingOf(window: TimeWindow | SlidingWindow | SessionWindow): Windowing {
  if (window instanceof TimeWindow) return timeWindowing(window);
  if (window instanceof SlidingWindow) return slidingWindowing(window);
  if (window instanceof SessionWindow) return sessionWindowing(window);
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: 'windowedBy needs a window',
    help: 'Make one with tumbling, hopping, sliding, unlimited or session.',
  });
}
