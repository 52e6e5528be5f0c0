import type { NodeContext } from '../../processor/node.js';
import { sharedInTask } from '../shared-in-task.js';

/** The time of a join of streams, which both sides share (KStreamImplJoin.TimeTracker). */
export interface JoinTime {
  /** The newest timestamp of both. */
  streamTime: number;
  /** No record that waits is older, as far as is known; Infinity where none waits. */
  oldestWaiting: number;
  /** The time on the wall clock at which to look again for records that have waited long enough. */
  nextLook: number;
}

/** The same object for both sides of one join in one task. */
export function joinTime(context: NodeContext, join: string): JoinTime {
  return sharedInTask(context, `time of ${join}`, () => ({ streamTime: -1, oldestWaiting: Infinity, nextLook: 0 }));
}
