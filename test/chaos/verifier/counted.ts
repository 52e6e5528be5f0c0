import { about, type Anomaly, type Finding } from './finding.js';
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
 * Compares the results of windows with a fold of the input: one result for each window that has closed. The key of a
 * result names its window, so that its partition is not that of the input. `isReplayAllowed`: there may be more
 * results, and higher ones.
 */
export function windowResults({ in: input, final }: Logs, isReplayAllowed: boolean): Finding[] {
  const expected = new Map(input.flatMap(({ committed }) => [...closedWindows(committed)]));
  const withAborted = new Map(input.flatMap(({ written }) => [...closedWindows(written)]));
  const found = valuesByKey(final.flatMap(({ committed }) => committed));
  const low = [...expected].filter(([window, count]) => found.has(window) && Math.max(...found.get(window)!) < count);
  const lost = [...expected.keys()].filter((window) => !found.has(window));
  const strange = [...found.keys()].filter((window) => !expected.has(window));
  const isHigh = (window: string, values: readonly number[]) => values.length > 1 || values[0]! > (expected.get(window) ?? Infinity);
  const high = [...found].filter(([window, values]) => isHigh(window, values)).map(([window]) => window);
  const shown = (window: string) => `${window}: ${found.get(window)!.join(', ')}, and it must be ${expected.get(window) ?? 'absent'}`;
  const report = (anomaly: Anomaly, windows: readonly string[]) => about(anomaly, 'final', 0, windows);
  return [
    ...report('lost', lost),
    ...report(
      'stale',
      low.map(([window]) => shown(window)),
    ),
    ...report('aborted-read', strange.filter((window) => withAborted.has(window)).map(shown)),
    ...report('invented', strange.filter((window) => !withAborted.has(window)).map(shown)),
    ...(isReplayAllowed ? [] : report('duplicated', high.map(shown))),
  ];
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
