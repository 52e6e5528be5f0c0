import { harmless, type LockChange, type LockEffect } from './lock-change.js';
import { repartitionChanges } from './repartition-changes.js';
import { storeChanges } from './store-changes.js';
import { subTopologyChanges } from './sub-topology-changes.js';
import type { TopologyLock } from './topology-lock.js';

const order: readonly LockEffect[] = ['orphans', 'restores', 'harmless'];

/** Returns what has changed from one lock to the next, the worst first; nothing where they are equal. */
export function compareLocks(before: TopologyLock, after: TopologyLock): readonly LockChange[] {
  const changes = [
    ...storeChanges(before.stores, after.stores),
    ...repartitionChanges(before.repartitionTopics, after.repartitionTopics),
    ...subTopologyChanges(before, after),
    ...globalChanges(before.globalStores, after.globalStores),
  ];
  return order.flatMap((effect) => changes.filter((change) => change.effect === effect));
}

function globalChanges(before: TopologyLock['globalStores'], after: TopologyLock['globalStores']): LockChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    if (JSON.stringify(before[name]) === JSON.stringify(after[name])) return [];
    const what = before[name] === undefined ? 'is new' : after[name] === undefined ? 'is gone' : 'has changed';
    return [harmless(`global store "${name}"`, `${what}; global stores are filled from their topics`)];
  });
}
