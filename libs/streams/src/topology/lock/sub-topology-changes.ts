import { harmless, newApplication, reset, type LockChange } from './lock-change.js';
import type { LockedSubTopology, TopologyLock } from './topology-lock.js';

/** Returns what has become of the sub-topologies: they are known again by the stores and sources that they still have. */
export function subTopologyChanges(before: TopologyLock, after: TopologyLock): LockChange[] {
  return before.subTopologies.flatMap((former): LockChange[] => {
    const heirs = after.subTopologies.filter((each) => shares(former, each));
    const kept = former.stores.filter((store) => store in after.stores);
    if (kept.length === 0) return [];
    if (heirs.length > 1) return [torn(former, kept, `is split into ${heirs.length}: ${heirs.map(nameOf).join(' and ')}`)];
    const joined = before.subTopologies.filter((each) => each !== former && heirs.some((heir) => shares(each, heir)));
    if (joined.length > 0) return [torn(former, kept, `is one with ${joined.map(nameOf).join(' and ')} now`)];
    return sourcesAndStores(former, heirs[0]!, kept, after);
  });
}

function torn(former: LockedSubTopology, kept: readonly string[], what: string): LockChange {
  return {
    effect: 'orphans',
    where: nameOf(former),
    what: `${what}: the tasks of ${storesText(kept)} are others now, and their number of partitions may be another than that of the changelogs`,
    choices: ['go back to what it was', reset, newApplication],
  };
}

/** Sources and stores name the folder of a task. Where they change, its state is restored into another folder. */
function sourcesAndStores(former: LockedSubTopology, now: LockedSubTopology, kept: readonly string[], after: TopologyLock): LockChange[] {
  const differ = (a: readonly string[], b: readonly string[]) => a.length !== b.length || a.some((item, i) => item !== b[i]);
  const changes: LockChange[] = sourceChanges(former, now);
  if (!differ(former.sources, now.sources) && !differ(former.stores, now.stores)) return changes;
  const lost = kept.filter((store) => after.stores[store]!.changelog === null && after.stores[store]!.persistent);
  if (lost.length > 0)
    changes.push({
      effect: 'orphans',
      where: nameOf(former),
      what: `its sources or stores changed, so that its tasks have other folders: ${storesText(lost)} has no changelog and begins empty`,
      choices: ['go back to what it was', 'give it a changelog first'],
    });
  const restored = kept.filter((store) => after.stores[store]!.changelog !== null);
  if (restored.length > 0)
    changes.push({
      effect: 'restores',
      where: nameOf(former),
      what: `its sources or stores changed, so that its tasks have other folders: ${storesText(restored)} is restored from the changelog`,
      choices: [],
    });
  return changes;
}

function sourceChanges(former: LockedSubTopology, now: LockedSubTopology): LockChange[] {
  const gone = former.sources.filter((source) => !now.sources.includes(source) && !source.startsWith('<'));
  const added = now.sources.filter((source) => !former.sources.includes(source) && !source.startsWith('<'));
  return [
    ...gone.map((source) => harmless(nameOf(former), `reads ${source} no longer; what its stores have from it stays`)),
    ...added.map((source) => harmless(nameOf(former), `reads ${source} too`)),
  ];
}

function shares(a: LockedSubTopology, b: LockedSubTopology): boolean {
  return a.sources.some((source) => b.sources.includes(source)) || a.stores.some((store) => b.stores.includes(store));
}

function nameOf({ sources }: LockedSubTopology): string {
  return `the sub-topology of ${sources.join(', ')}`;
}

function storesText(stores: readonly string[]): string {
  return stores.map((store) => `"${store}"`).join(', ');
}
