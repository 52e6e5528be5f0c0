import { countsAtLeast, exactCounts, tornState, windowResults } from './counted.js';
import { about, type Finding } from './finding.js';
import type { LogRecord, Logs, PartitionLog, TopicName } from './log.js';
import { numberedEffects, repartitioned, tornInputs } from './numbered.js';
import { exactSequences, repeated, replayedSequences } from './sequences.js';
import { foreignKeyJoins, joinedVersions } from './versions.js';

/**
 * Finds all that must not be where each input has its effects exactly once. At least once has to keep this too, as long
 * as processes end in good order.
 */
export function verifyExactlyOnce(logs: Logs): Finding[] {
  return [
    ...hanging(logs),
    ...numberedEffects(logs).flatMap(exactSequences),
    ...repartitioned(logs, false),
    ...identifiers(logs),
    ...groupCounts(logs),
    ...exactCounts('counts', logs.in, logs.counts),
    ...exactCounts('changelog', logs.in, logs.changelog),
    ...windowResults(logs, false),
    ...joinedVersions(logs),
    ...foreignKeyJoins(logs, false),
    ...tornInputs(logs),
    ...tornState(logs),
  ];
}

/** Finds all that must not be where inputs may have their effects again after a process was killed. */
export function verifyAtLeastOnce(logs: Logs): Finding[] {
  return [
    ...hanging(logs),
    ...numberedEffects(logs).flatMap(replayedSequences),
    ...repartitioned(logs, true),
    ...countsAtLeast('counts', logs.in, logs.counts),
    ...countsAtLeast('changelog', logs.in, logs.changelog),
    ...windowResults(logs, true),
    ...foreignKeyJoins(logs, true),
  ];
}

/** Returns how many records of `echo` repeat an earlier one. */
export function repeatedEchoes({ echo }: Logs): number {
  return echo.reduce((sum, { committed }) => sum + repeated(committed.map(({ value }) => value ?? '')).length, 0);
}

function hanging(logs: Logs): Finding[] {
  return (Object.entries(logs) as [TopicName, readonly PartitionLog[]][]).flatMap(([topic, partitions]) =>
    partitions.flatMap(({ isStable, committed }, partition) =>
      about('hanging', topic, partition, isStable ? [] : [`readers of committed records stop behind ${committed.length} records`]),
    ),
  );
}

/** Each task numbers its records from 1 on, by a store. */
function identifiers({ ids }: Logs): Finding[] {
  return ids.flatMap(({ committed }, partition) =>
    steps(
      'ids',
      partition,
      committed,
      () => 'all',
      ({ value }) => Number(value!.split(':')[1]),
    ),
  );
}

function groupCounts({ groups }: Logs): Finding[] {
  return groups.flatMap(({ committed }, partition) =>
    steps(
      'groups',
      partition,
      committed,
      ({ key }) => key,
      ({ value }) => Number(value!.split(':')[0]),
    ),
  );
}

/**
 * Looks at values that state counts up by one. A value that was there before means that state went back; a step that
 * was left out, that state has an effect of a record whose output is not there.
 */
function steps(
  topic: TopicName,
  partition: number,
  records: readonly LogRecord[],
  counterOf: (record: LogRecord) => string,
  valueOf: (record: LogRecord) => number,
): Finding[] {
  const reached = new Map<string, number>();
  const [back, left]: [string[], string[]] = [[], []];
  for (const record of records) {
    const before = reached.get(counterOf(record)) ?? 0;
    const value = valueOf(record);
    if (value <= before) back.push(`${record.key}=${record.value} after ${before}`);
    else if (value > before + 1) left.push(`${record.key}=${record.value} after ${before}`);
    reached.set(counterOf(record), Math.max(before, value));
  }
  return [...about('stale', topic, partition, back), ...about('torn', topic, partition, left)];
}
