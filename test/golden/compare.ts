import { inputText, outputText } from './record-text.js';
import type { RecordedHeader, RecordedOutput, RecordedStep, RecordedTopic } from './scenario.js';

/** One difference between a run and its recording. */
export interface Difference {
  /** Where the run differs: "topology", "step 3, in: …", "committed". */
  readonly where: string;
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

/** Returns the name of a step in differences. Steps count from 1. */
export function stepText(index: number, { in: input, advanceWallClockMs }: RecordedStep): string {
  return `step ${index + 1}, ${input === undefined ? `wall clock + ${advanceWallClockMs}` : `in ${inputText(input)}`}`;
}

export function compareTexts(where: string, what: string, expected: string, got: string): Difference[] {
  return expected === got ? [] : [{ where, what, expected, got }];
}

/** Compares topics by name, kind, sub-topology, partitions and settings, in any order. */
export function compareTopics(expected: readonly RecordedTopic[], got: readonly RecordedTopic[]): Difference[] {
  const text = ({ kind, subtopology, partitions, config }: RecordedTopic): string => {
    const settings = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
    return `${kind} of ${subtopology}, partitions ${partitions}, ${settings.map(([name, value]) => `${name}=${value}`).join(' ')}`;
  };
  const names = [...new Set([...expected, ...got].map(({ topic }) => topic))].sort();
  return names.flatMap((name) => {
    const [wanted, found] = [expected, got].map(
      (topics) =>
        topics
          .filter(({ topic }) => topic === name)
          .map(text)
          .join('; ') || 'none',
    );
    return compareTexts('internal topics', name, wanted!, found!);
  });
}

/**
 * Compares the sequence of records of each topic. The order between topics is free. `isExtra` returns true for a record
 * that was not recorded and is right all the same.
 */
export function compareOutputs(
  where: string,
  expected: readonly RecordedOutput[],
  got: readonly RecordedOutput[],
  isExtra: (record: RecordedOutput) => boolean = () => false,
): Difference[] {
  const topics = [...new Set([...expected, ...got].map(({ topic }) => topic))];
  return topics.flatMap((topic) => {
    const ofTopic = (records: readonly RecordedOutput[]): RecordedOutput[] => records.filter((record) => record.topic === topic);
    return compareSequences(where, topic, ofTopic(expected), ofTopic(got), isExtra);
  });
}

function compareSequences(
  where: string,
  topic: string,
  expected: readonly RecordedOutput[],
  got: readonly RecordedOutput[],
  isExtra: (record: RecordedOutput) => boolean,
): Difference[] {
  const differences: Difference[] = [];
  let at = 0;
  expected.forEach((wanted, index) => {
    while (at < got.length && !sameRecord(wanted, got[at]!) && isExtra(got[at]!)) at++;
    const found = got[at++];
    if (found !== undefined && sameRecord(wanted, found)) return;
    differences.push(recordDifference(where, `${topic}, record ${index + 1} of ${expected.length}`, wanted, found));
  });
  for (const more of got.slice(at))
    if (!isExtra(more)) differences.push(recordDifference(where, `${topic}, one record more`, undefined, more));
  return differences;
}

function recordDifference(where: string, what: string, expected: RecordedOutput | undefined, got: RecordedOutput | undefined): Difference {
  const text = (record: RecordedOutput | undefined): string => (record === undefined ? 'nothing' : outputText(record));
  if (expected !== undefined && expected.partition === undefined && got !== undefined) {
    const { partition: _free, ...rest } = got;
    return { where, what, expected: text(expected), got: text(rest) };
  }
  return { where, what, expected: text(expected), got: text(got) };
}

/** Compares bytes, timestamp and headers, and the partition where Kafka Streams has chosen it. */
export function sameRecord(expected: RecordedOutput, got: RecordedOutput): boolean {
  return (
    expected.key === got.key &&
    expected.value === got.value &&
    expected.ts === got.ts &&
    (expected.partition === undefined || expected.partition === got.partition) &&
    sameHeaders(expected.headers ?? [], got.headers ?? [])
  );
}

/**
 * Compares headers in their order. The class, message and stack of an error differ between implementations, but must
 * exist.
 */
function sameHeaders(expected: readonly RecordedHeader[], got: readonly RecordedHeader[]): boolean {
  return expected.length === got.length && expected.every(([name, value], i) => name === got[i]![0] && sameHeader(name, value, got[i]![1]));
}

function sameHeader(name: string, expected: string | null, got: string | null): boolean {
  switch (name) {
    case '__streams.errors.exception':
    case '__streams.errors.stacktrace':
      return got !== null && got !== '';
    case '__streams.errors.message':
      return got !== null || expected === null;
    default:
      return expected === got;
  }
}
