import { about, type Finding } from './finding.js';
import type { LogRecord, TopicLog, TopicName } from './log.js';

/** The effect of one input. Its text is that of no other effect in the topic. */
export type Effect = string;

export interface EffectsOf {
  readonly topic: TopicName;
  /** The effects that each partition must have, in order. */
  readonly expected: readonly (readonly Effect[])[];
  readonly log: TopicLog;
  readonly effectOf: (record: LogRecord) => Effect;
  /** Effects that only records of aborted transactions can have had. */
  readonly aborted: ReadonlySet<Effect>;
}

/** Finds what is not exactly as expected: every effect once, in its partition, in order. */
export function exactSequences(effects: EffectsOf): Finding[] {
  const findings = everyEffect(effects);
  effects.expected.forEach((expected, partition) => {
    const actual = actualOf(effects, partition);
    findings.push(...about('duplicated', effects.topic, partition, repeated(actual)));
    // Where nothing is missing and nothing is too much, only the order is left.
    const isComplete = actual.length === expected.length && findings.every((finding) => finding.partition !== partition);
    if (isComplete) findings.push(...about('reordered', effects.topic, partition, unequal(expected, actual)));
  });
  return findings;
}

/** Finds what at least once forbids: effects that are missing or come from nothing, and first effects out of order. */
export function replayedSequences(effects: EffectsOf): Finding[] {
  const findings = everyEffect(effects);
  effects.expected.forEach((expected, partition) => {
    const known = new Set(expected);
    const first = [...new Set(actualOf(effects, partition))].filter((effect) => known.has(effect));
    if (first.length === expected.length) findings.push(...about('reordered', effects.topic, partition, unequal(expected, first)));
  });
  return findings;
}

/** Returns the effects that are there more than once. */
export function repeated(effects: readonly Effect[]): Effect[] {
  const seen = new Set<Effect>();
  return effects.filter((effect) => {
    const isKnown = seen.has(effect);
    seen.add(effect);
    return isKnown;
  });
}

function everyEffect(effects: EffectsOf): Finding[] {
  const { topic, expected, aborted } = effects;
  const places = new Map(expected.flatMap((all, partition) => all.map((effect) => [effect, partition])));
  return expected.flatMap((all, partition) => {
    const actual = actualOf(effects, partition);
    const there = new Set(actual);
    const strange = actual.filter((effect) => places.get(effect) !== partition);
    const elsewhere = strange.filter((effect) => places.has(effect));
    const unknown = strange.filter((effect) => !places.has(effect));
    return [
      ...about(
        'lost',
        topic,
        partition,
        all.filter((effect) => !there.has(effect)),
      ),
      ...about('misplaced', topic, partition, elsewhere),
      ...about(
        'aborted-read',
        topic,
        partition,
        unknown.filter((effect) => aborted.has(effect)),
      ),
      ...about(
        'invented',
        topic,
        partition,
        unknown.filter((effect) => !aborted.has(effect)),
      ),
    ];
  });
}

function actualOf({ log, effectOf }: EffectsOf, partition: number): Effect[] {
  return (log[partition]?.committed ?? []).map(effectOf);
}

function unequal(expected: readonly Effect[], actual: readonly Effect[]): string[] {
  const at = expected.findIndex((effect, i) => actual[i] !== effect);
  return at < 0 ? [] : [`${actual[at]} where ${expected[at]} must be`];
}
