import { serdes, type KStream, type StreamsBuilder, type StreamsConfig, type Windowed } from '@ouzel/streams';

/** A record of an input. Without `partition` it goes to the partition of its key. */
export interface InputRecord {
  readonly topic: string;
  readonly key: string;
  /** Null: a tombstone. */
  readonly value: string | null;
  readonly at: number;
  readonly partition?: number;
}

/** A topology, its input, and the output that it must have in every runtime. */
export interface Run {
  readonly name: string;
  readonly inputs: readonly string[];
  build(builder: StreamsBuilder, topic: (name: string) => string): KStream<string, string>;
  readonly records: readonly InputRecord[];
  /** Inputs of global tables, which every instance reads completely and without its group. */
  readonly globals?: readonly string[];
  readonly config?: Partial<StreamsConfig>;
  /** Whether the last value of each key counts (`table`) or every record (`stream`). Outputs are sorted `key=value`. */
  readonly output: 'table' | 'stream';
  readonly expected: readonly string[];
}

export const text = { key: serdes.string, value: serdes.string };
/** Returns records that end all windows on both partitions. Their own results do not count as output. */
export const end = (...topics: string[]): InputRecord[] =>
  topics.flatMap((topic) => [0, 1].map((partition) => ({ topic, key: `end-${partition}`, value: 'x', at: 600_000, partition })));
export const from = (topic: string, ...records: readonly (readonly [key: string, value: string, at: number])[]): InputRecord[] =>
  records.map(([key, value, at]) => ({ topic, key, value, at }));
export const byStart = <V>(results: KStream<Windowed<string>, V>): KStream<string, string> =>
  results.map((result, { key, window }) => [`${key}@${window.start}`, String(result)] as [string, string]);
export const visits = from(
  'in',
  ['a', 'x', 0],
  ['b', 'x', 1_000],
  ['a', 'x', 9_000],
  ['a', 'x', 12_000],
  ['c', 'x', 13_000],
  ['b', 'x', 3_000],
);

/** Returns the part of an output that counts, as text. */
export function outcome({ output }: Run, records: readonly (readonly [key: string, value: string | null])[]): string[] {
  const counting = records.filter(([key]) => !key.startsWith('end-'));
  const kept = output === 'stream' ? counting : [...new Map(counting)];
  return kept.map(([key, value]) => `${key}=${value}`).sort();
}

/** Returns the records in the order in which a task takes them: always the oldest head of its inputs. */
export function* inTurn({ inputs, records }: Run): Iterable<InputRecord> {
  const queues = inputs.map((name) => records.filter(({ topic }) => topic === name));
  const head = (queue: readonly InputRecord[]) => queue[0]?.at ?? Infinity;
  for (let left = records.length; left > 0; left--)
    yield queues.reduce((best, queue) => (head(queue) < head(best) ? queue : best)).shift()!;
}

export function halves(run: Run): readonly (readonly InputRecord[])[] {
  const records = [...inTurn(run)];
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)];
}
