import type { NodeContext } from '../../processor/node.js';

/** What both sides of a join of streams know of time (KStreamImplJoin.TimeTracker). */
export interface JoinTime {
  /** The newest timestamp of both. */
  streamTime: number;
  /** No record that waits is older, as far as is known; Infinity where none waits. */
  oldestWaiting: number;
  /** On the wall clock: when to look next for records that waited long enough. */
  nextLook: number;
}

const times = new WeakMap<NodeContext, Map<string, JoinTime>>();

/** The same object for both sides of one join in one task. */
export function joinTime(context: NodeContext, join: string): JoinTime {
  const ofTask = times.get(context) ?? new Map<string, JoinTime>();
  times.set(context, ofTask);
  const time = ofTask.get(join) ?? { streamTime: -1, oldestWaiting: Infinity, nextLook: 0 };
  ofTask.set(join, time);
  return time;
}
