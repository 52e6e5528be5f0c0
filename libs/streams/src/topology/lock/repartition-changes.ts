import { harmless, newApplication, reset, type LockChange } from './lock-change.js';
import type { LockedTopic, TopologyLock } from './topology-lock.js';

type Topics = TopologyLock['repartitionTopics'];

const drain = 'let the old version process all of it first: stop what writes its inputs, and wait until its lag is 0';

/** Returns what has become of the repartition topics. */
export function repartitionChanges(before: Topics, after: Topics): LockChange[] {
  const added = Object.keys(after).filter((topic) => !(topic in before));
  return [
    ...Object.keys(before).flatMap((topic) => {
      const now = after[topic];
      return now === undefined ? [goneTopic(topic, before[topic]!, after, added)] : changesOf(topic, before[topic]!, now);
    }),
    ...added.map((topic) => harmless(`repartition topic ${topic}`, 'is new')),
  ];
}

function goneTopic(topic: string, { key, value }: LockedTopic, after: Topics, added: readonly string[]): LockChange {
  const heir = added.find((other) => after[other]!.key === key && after[other]!.value === value);
  const name = /^<application>-(.*)-repartition$/.exec(topic)?.[1] ?? topic;
  return {
    effect: 'orphans',
    where: `repartition topic ${topic}`,
    what: `${heir === undefined ? 'is gone' : `is gone, and ${heir}, which looks the same, is new`}: records in it that were not processed are left behind`,
    choices: [heir === undefined ? 'bring it back' : `if it was renamed, give it its name again: { name: '${name}' }`, drain, reset],
  };
}

function changesOf(topic: string, before: LockedTopic, after: LockedTopic): LockChange[] {
  const where = `repartition topic ${topic}`;
  const serdes = (['key', 'value'] as const).flatMap((of): LockChange[] =>
    before[of] === after[of]
      ? []
      : [
          {
            effect: 'orphans',
            where,
            what: `its ${of}s were written by "${before[of]}" and are read by "${after[of]}" now: records that were not processed can not be read`,
            choices: ['go back to what it was', drain, reset],
          },
        ],
  );
  if (before.partitions === after.partitions) return serdes;
  const count = (partitions: number | null) => (partitions === null ? 'as many partitions as its inputs' : `${partitions} partitions`);
  return [
    ...serdes,
    {
      effect: 'orphans',
      where,
      what: `had ${count(before.partitions)} and has ${count(after.partitions)} now: keys move to other partitions, away from their state`,
      choices: ['go back to what it was', reset, newApplication],
    },
  ];
}
