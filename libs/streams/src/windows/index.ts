export { TimeWindow, SlidingWindow, SessionWindow, JoinWindow } from './window-kinds.js';
export { tumbling, hopping, unlimited, sliding, session, within, type GraceOptions } from './windows.js';
export {
  Suppression,
  untilWindowCloses,
  untilTimeLimit,
  type BufferBounds,
  type EmitStrategy,
  type SuppressionLogging,
} from './suppression.js';
