import { about, type Finding } from './finding.js';
import { windowMs, type LogRecord, type Logs, type TopicLog, type TopicName } from './log.js';

/** Compares the counts of each key with a fold of the input, record by record: 1, 2, 3 … up to how many there are. */
export function exactCounts(topic: TopicName, input: TopicLog, counts: TopicLog): Finding[] {
  return input.flatMap(({ committed }, partition) => {
    const expected = tally(committed);
    const found = valuesByKey(counts[partition]?.committed ?? []);
    const keys = [...new Set([...expected.keys(), ...found.keys()])];
    const at = (key: string): [string, number, readonly number[]] => [key, expected.get(key) ?? 0, found.get(key) ?? []];
    const all = keys.map(at).filter(([, most, values]) => !isCountTo(most, values));
    const shown = (those: typeof all) => those.map(([key, most, values]) => `${key}: ${wrongPart(values)}, and its count must be ${most}`);
    const isPermuted = (most: number, values: readonly number[]) =>
      isCountTo(
        most,
        [...values].sort((one, other) => one - other),
      );
    return [
      ...about('lost', topic, partition, shown(all.filter(([, most, values]) => values.length < most))),
      ...about('duplicated', topic, partition, shown(all.filter(([, most, values]) => values.length > most))),
      ...about('reordered', topic, partition, shown(all.filter(([, most, values]) => isPermuted(most, values)))),
      ...about('stale', topic, partition, shown(all.filter(([, most, values]) => values.length === most && !isPermuted(most, values)))),
    ];
  });
}

/** Finds keys whose last count is lower than a fold of the input says. */
export function countsAtLeast(topic: TopicName, input: TopicLog, counts: TopicLog): Finding[] {
  return input.flatMap(({ committed }, partition) => {
    const found = valuesByKey(counts[partition]?.committed ?? []);
    const low = [...tally(committed)].filter(([key, most]) => (found.get(key)?.at(-1) ?? 0) < most);
    const shown = low.map(([key, most]) => `${key}: ${found.get(key)?.at(-1) ?? 'nothing'}, and its count must be ${most}`);
    return about('lost', topic, partition, shown);
  });
}

/** Finds keys of which changelog and output do not say the same in the end: a transaction was not applied as a whole. */
export function tornState({ counts, changelog }: Logs): Finding[] {
  return counts.flatMap(({ committed }, partition) => {
    const output = valuesByKey(committed);
    const state = valuesByKey(changelog[partition]?.committed ?? []);
    const keys = [...new Set([...output.keys(), ...state.keys()])].filter((key) => output.get(key)?.at(-1) !== state.get(key)?.at(-1));
    const shown = keys.map((key) => `${key}: ${output.get(key)?.at(-1)} in the output, ${state.get(key)?.at(-1)} in the changelog`);
    return about('torn', 'changelog', partition, shown);
  });
}

/**
 * Compares the results of windows with a fold of the input: one result for each window that has closed.
 * `isReplayAllowed`: there may be more results, and higher ones.
 */
export function windowResults({ in: input, final }: Logs, isReplayAllowed: boolean): Finding[] {
  return input.flatMap(({ committed, written }, partition) => {
    const expected = closedWindows(committed);
    const withAborted = closedWindows(written);
    const found = valuesByKey(final[partition]?.committed ?? []);
    const missing = [...expected].filter(([window, count]) => Math.max(0, ...(found.get(window) ?? [])) < count);
    const [absent, low] = [missing.filter(([window]) => !found.has(window)), missing.filter(([window]) => found.has(window))];
    const results = [...found].map(([window, values]) => ({ window, values, most: expected.get(window) }));
    const strange = results.filter(({ most }) => most === undefined);
    const shown = (those: readonly { window: string; values: readonly number[] }[]) =>
      those.map(({ window, values }) => `${window}: ${values.join(', ')}`);
    const findings = [
      ...about(
        'lost',
        'final',
        partition,
        absent.map(([window]) => window),
      ),
      ...about(
        'stale',
        'final',
        partition,
        low.map(([window, count]) => `${window}: ${found.get(window)!.join(', ')} instead of ${count}`),
      ),
      ...about('aborted-read', 'final', partition, shown(strange.filter(({ window }) => withAborted.has(window)))),
      ...about('invented', 'final', partition, shown(strange.filter(({ window }) => !withAborted.has(window)))),
    ];
    const high = results.filter(({ values, most = Infinity }) => values.length > 1 || values.some((count) => count > most));
    return isReplayAllowed ? findings : [...findings, ...about('duplicated', 'final', partition, shown(high))];
  });
}

/** Returns the counts of the windows that the records of one partition close, by `key@start`. */
export function closedWindows(records: readonly LogRecord[]): Map<string, number> {
  const open = new Map<string, { readonly end: number; count: number }>();
  let streamTime = -1;
  for (const { key, timestamp } of records) {
    streamTime = Math.max(streamTime, timestamp);
    const start = timestamp - (timestamp % windowMs);
    // A record that comes after the end of its window is dropped.
    if (start + windowMs <= streamTime) continue;
    const window = open.get(`${key}@${start}`) ?? { end: start + windowMs, count: 0 };
    window.count++;
    open.set(`${key}@${start}`, window);
  }
  return new Map([...open].filter(([, { end }]) => end <= streamTime).map(([window, { count }]) => [window, count]));
}

/** Returns the values of each key as numbers. */
export function valuesByKey(records: readonly LogRecord[]): Map<string, number[]> {
  const values = new Map<string, number[]>();
  for (const { key, value } of records) {
    const known = values.get(key);
    if (known === undefined) values.set(key, [Number(value)]);
    else known.push(Number(value));
  }
  return values;
}

function tally(records: readonly LogRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of records) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function isCountTo(most: number, values: readonly number[]): boolean {
  return values.length === most && values.every((value, i) => value === i + 1);
}

/** Shows the values around the first one that is wrong. */
function wrongPart(values: readonly number[]): string {
  const at = values.findIndex((value, i) => value !== i + 1);
  const from = Math.max(0, at < 0 ? values.length - 3 : at - 2);
  return `… ${values.slice(from, from + 5).join(', ')} at its record ${from + 1}`;
}
