import { harmless, newApplication, reset, type LockChange } from './lock-change.js';
import type { LockedStore, TopologyLock } from './topology-lock.js';

type Stores = TopologyLock['stores'];

/** Options whose change makes the rows that are there mean something else. */
const shaping: readonly string[] = ['sizeMs', 'retainDuplicates'];

/** Options that say for how long rows are kept. The changelog topic keeps the configuration that it was created with. */
const keeping: readonly string[] = ['retentionMs', 'loggedRetentionMs', 'historyMs'];

/** Returns what has become of the stores. */
export function storeChanges(before: Stores, after: Stores): LockChange[] {
  const gone = Object.keys(before).filter((name) => !(name in after));
  const added = Object.keys(after).filter((name) => !(name in before));
  const taken = new Set<string>();
  const goneChanges = gone.map((name) => {
    const heir = added.find((other) => !taken.has(other) && looksLike(before[name]!, after[other]!));
    if (heir !== undefined) taken.add(heir);
    return goneStore(name, before[name]!, heir);
  });
  return [
    ...goneChanges,
    ...Object.keys(before).flatMap((name) => (name in after ? changesOf(name, before[name]!, after[name]!) : [])),
    ...added.filter((name) => !taken.has(name)).map((name) => harmless(`store "${name}"`, 'is new, and begins empty')),
  ];
}

function looksLike(a: LockedStore, b: LockedStore): boolean {
  return a.kind === b.kind && a.rows === b.rows && a.key === b.key && a.value === b.value;
}

function goneStore(name: string, { changelog, persistent }: LockedStore, heir: string | undefined): LockChange {
  const where = `store "${name}"`;
  if (changelog === null && !persistent) return harmless(where, 'is gone; its rows were in memory only');
  const left = [...(persistent ? ['its local state'] : []), ...(changelog === null ? [] : [`its changelog ${changelog}`])].join(' and ');
  const renamed = heir === undefined ? 'is gone' : `is gone, and "${heir}", which looks the same, is new and begins empty`;
  const back = heir === undefined ? 'bring it back' : `if it was renamed, give it its name again: { store: '${name}' }`;
  return {
    effect: 'orphans',
    where,
    what: `${renamed}: ${left} ${left.includes(' and ') ? 'stay' : 'stays'} behind`,
    choices: [back, reset, newApplication, 'if the rows are not needed any more: `ouzel topology lock`, and delete what stays behind'],
  };
}

function changesOf(name: string, before: LockedStore, after: LockedStore): LockChange[] {
  const where = `store "${name}"`;
  if (isOtherKind(before, after))
    return [
      unreadable(where, `was a ${before.kind} and is a ${after.kind} now: its rows have another form`, 'another name for the new store'),
    ];
  return [
    ...serdeChanges(where, before, after),
    ...changelogChanges(where, before, after),
    ...placeChanges(where, before, after),
    ...optionChanges(where, before, after),
  ];
}

/** An LRU map and a key-value store have the same rows, with and without timestamps, in their changelogs. */
function isOtherKind(before: LockedStore, after: LockedStore): boolean {
  const layout = ({ rows }: LockedStore) => rows.replace(/^timestamped-/, '');
  if (layout(before) !== layout(after)) return true;
  return before.kind !== after.kind && layout(before) !== 'key-value';
}

function serdeChanges(where: string, before: LockedStore, after: LockedStore): LockChange[] {
  return (['key', 'value'] as const).flatMap((of) =>
    before[of] === after[of]
      ? []
      : [
          unreadable(
            where,
            `its ${of}s were written by "${before[of]}" and are read by "${after[of]}" now: rows and changelog can not be read`,
            'a serde that reads both, under the old name',
          ),
        ],
  );
}

function unreadable(where: string, what: string, other: string): LockChange {
  return { effect: 'orphans', where, what, choices: ['go back to what it was', other, reset, newApplication] };
}

function changelogChanges(where: string, { changelog: before }: LockedStore, { changelog: after }: LockedStore): LockChange[] {
  if (before === after) return [];
  const what =
    before === null
      ? `has the changelog ${after} now, which lacks the rows that are there already: a task that moves loses them`
      : after === null
        ? `has no changelog any more: ${before} stays behind, and a task that moves loses its rows`
        : `has the changelog ${after} now: the rows in ${before} stay behind`;
  return [{ effect: 'orphans', where, what, choices: ['go back to what it was', reset, newApplication] }];
}

function placeChanges(where: string, before: LockedStore, after: LockedStore): LockChange[] {
  if (before.persistent === after.persistent && before.rows === after.rows && before.kind === after.kind) return [];
  if (after.changelog === null)
    return [
      {
        effect: before.persistent ? 'orphans' : 'restores',
        where,
        what: 'keeps its rows in another way now, and has no changelog to be restored from: it begins empty',
        choices: ['go back to what it was', 'give it a changelog first'],
      },
    ];
  return [{ effect: 'restores', where, what: 'keeps its rows in another way now: they are restored from the changelog', choices: [] }];
}

function optionChanges(where: string, { options: before }: LockedStore, { options: after }: LockedStore): LockChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name): LockChange[] => {
    if (before[name] === after[name] || name === 'values') return [];
    const from = `${name} was ${before[name] ?? 'not set'} and is ${after[name] ?? 'not set'} now`;
    if (shaping.includes(name))
      return [
        unreadable(where, `${from}: rows that are there already are read as if they had been written so`, 'another name for the new store'),
      ];
    if (!keeping.includes(name)) return [harmless(where, from)];
    return [harmless(where, `${from}; the changelog topic keeps the configuration that it was created with`)];
  });
}
