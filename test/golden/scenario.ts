import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Name and value of a header in hex, `*` standing for any text. */
export type RecordedHeader = readonly [name: string, value: string | null];

/** A record piped in. Text as it is, or anything else in hex; absent is null. */
export interface RecordedInput {
  readonly topic: string;
  readonly key?: string | null;
  readonly keyHex?: string;
  readonly value?: string | null;
  readonly valueHex?: string;
  readonly ts: number;
  readonly headers?: readonly RecordedHeader[];
}

/** A record that Kafka Streams wrote; bytes in hex. `ts` null: the producer's clock. `partition` is there when Kafka Streams chose it. */
export interface RecordedOutput {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly ts: number | null;
  readonly partition?: number;
  readonly headers?: readonly RecordedHeader[];
}

/** One thing done to the running topology, and what came of it. */
export interface RecordedStep {
  readonly in?: RecordedInput;
  readonly advanceWallClockMs?: number;
  readonly out: readonly RecordedOutput[];
  readonly droppedTotal: number;
  readonly error?: unknown;
}

export interface RecordedTopic {
  readonly topic: string;
  readonly kind: 'repartition' | 'changelog' | 'source as changelog';
  readonly subtopology: number;
  readonly partitions: number | null;
  readonly config: Readonly<Record<string, string>>;
}

/** A recorded run of Kafka Streams. Either `buildError`, or the rest. */
export interface Scenario {
  readonly name: string;
  readonly family: string;
  readonly about?: string;
  /** What Kafka Streams does wrong here. */
  readonly fault?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly buildError?: unknown;
  readonly topology?: string;
  readonly internalTopics?: readonly RecordedTopic[];
  readonly steps?: readonly RecordedStep[];
  readonly committed?: readonly { readonly topic: string; readonly metadata: string }[];
}

/** The scenarios of one file. */
export interface ScenarioFile {
  readonly path: string;
  readonly name: string;
  readonly scenarios: readonly Scenario[];
}

/** Reads scenarios of files and, in the order of their names, of all files of folders that hold scenarios. Throws when a file named directly holds none. */
export function readScenarios(path: string): ScenarioFile[] {
  if (!statSync(path).isDirectory()) {
    const file = readFile(path);
    if (file === undefined) throw new Error(`${path} holds no scenarios`);
    return [file];
  }
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name))
    .filter((inside) => inside.endsWith('.json') || statSync(inside).isDirectory())
    .flatMap((inside) => (statSync(inside).isDirectory() ? readScenarios(inside) : (readFile(inside) ?? [])));
}

function readFile(path: string): ScenarioFile | undefined {
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const list: readonly unknown[] = Array.isArray(content) ? content : [content];
  return list.length > 0 && list.every(isScenario) ? { path, name: basename(path, '.json'), scenarios: list } : undefined;
}

/** The lists of families and of byte vectors, which lie beside the scenarios, are none. */
function isScenario(value: unknown): value is Scenario {
  return (
    typeof value === 'object' && value !== null && 'name' in value && 'family' in value && ('topology' in value || 'buildError' in value)
  );
}
