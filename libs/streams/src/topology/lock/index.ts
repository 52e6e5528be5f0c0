export { compareLocks } from './compare-locks.js';
export type { LockChange, LockEffect } from './lock-change.js';
export { lockText, parseLock } from './lock-text.js';
export {
  lockOf,
  type LockedGlobalStore,
  type LockedOption,
  type LockedStore,
  type LockedSubTopology,
  type LockedTopic,
  type TopologyLock,
} from './topology-lock.js';
