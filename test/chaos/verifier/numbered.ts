import { about, type Finding } from './finding.js';
import { groupOf, type Logs, type LogRecord, type TopicLog } from './log.js';
import type { EffectsOf } from './sequences.js';

/** The number of an input, in the value of an output that begins with it. */
export const numberOf = ({ value }: LogRecord): string => /^\d+/.exec(value ?? '')?.[0] ?? `${value}`;
/** The number of an input, in the value of an output that ends with it. */
const lastNumberOf = ({ value }: LogRecord): string => /\d+$/.exec(value ?? '')?.[0] ?? `${value}`;

const numbers = (log: TopicLog) => log.map(({ committed }) => committed.map(numberOf));

/** Returns what is only in aborted transactions. */
export function abortedNumbers(log: TopicLog): Set<string> {
  const committed = new Set(numbers(log).flat());
  return new Set(log.flatMap(({ written }) => written.map(numberOf)).filter((number) => !committed.has(number)));
}

/** Returns the topics in which each input has one effect that carries its number. */
export function numberedEffects(logs: Logs): EffectsOf[] {
  const expected = numbers(logs.in);
  const aborted = abortedNumbers(logs.in);
  const ofInput = (['echo', 'ids', 'joined'] as const).map((topic): EffectsOf => ({
    topic,
    expected,
    log: logs[topic],
    effectOf: numberOf,
    aborted,
  }));
  const groups: EffectsOf = {
    topic: 'groups',
    expected: numbers(logs.between),
    log: logs.groups,
    effectOf: lastNumberOf,
    aborted: abortedNumbers(logs.between),
  };
  return [...ofInput, groups];
}

/**
 * Compares the repartition topic with the input: each number once, in the partition of its group, and in the order of
 * the input among records of one input partition and one group. `isReplayAllowed`: numbers may come again.
 */
export function repartitioned({ in: input, between }: Logs, isReplayAllowed: boolean): Finding[] {
  const aborted = abortedNumbers(input);
  const findings: Finding[] = [];
  const known = new Set(numbers(input).flat());
  const found = new Map<string, number[]>();
  numbers(between).forEach((all, partition) => {
    const strange = all.filter((number) => !known.has(number));
    const [read, invented] = [strange.filter((number) => aborted.has(number)), strange.filter((number) => !aborted.has(number))];
    findings.push(...about('aborted-read', 'between', partition, read), ...about('invented', 'between', partition, invented));
    all.forEach((number, place) => found.set(number, [...(found.get(number) ?? []), place]));
  });
  input.forEach(({ committed }, partition) => {
    const all = committed.map(numberOf);
    const lost = all.filter((number) => !found.has(number));
    findings.push(...about('lost', 'between', partition, lost));
    const twice = all.filter((number) => (found.get(number)?.length ?? 0) > 1);
    if (!isReplayAllowed) findings.push(...about('duplicated', 'between', partition, twice));
    const reached = new Map<string, number>();
    const reordered = all.filter((number) => {
      const [place = Infinity] = found.get(number) ?? [];
      const before = reached.get(groupOf(number)) ?? -1;
      if (place !== Infinity) reached.set(groupOf(number), place);
      return place < before;
    });
    findings.push(...about('reordered', 'between', partition, reordered));
  });
  return findings;
}

/** Finds inputs that have some of their effects, and not the others: a transaction was not applied as a whole. */
export function tornInputs(logs: Logs): Finding[] {
  const topics = ['echo', 'ids', 'joined', 'between'] as const;
  const effects = topics.map((topic) => new Set(numbers(logs[topic]).flat()));
  return logs.in.flatMap(({ committed }, partition) => {
    const torn = committed.map(numberOf).filter((number) => {
      const there = effects.filter((numbersOf) => numbersOf.has(number)).length;
      return there > 0 && there < effects.length;
    });
    const [first] = torn;
    const at = topics.findIndex((_, i) => first !== undefined && !effects[i]!.has(first));
    return about('torn', topics[Math.max(0, at)]!, partition, torn);
  });
}
