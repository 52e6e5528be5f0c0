import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The name of a header, and its value in hex. `*` stands for any text. */
export type RecordedHeader = readonly [name: string, value: string | null];

/** A record that is piped in. Key and value are texts, or any bytes in hex. What is left out is null. */
export interface RecordedInput {
  readonly topic: string;
  readonly key?: string | null;
  readonly keyHex?: string;
  readonly value?: string | null;
  readonly valueHex?: string;
  readonly ts: number;
  readonly headers?: readonly RecordedHeader[];
}

/**
 * A record that Kafka Streams wrote, with its bytes in hex. `ts` is null where the producer takes its clock.
 * `partition` is given where Kafka Streams has chosen it.
 */
export interface RecordedOutput {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly ts: number | null;
  readonly partition?: number;
  readonly headers?: readonly RecordedHeader[];
}

/** One action on the running topology, and what it led to. */
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

/** A recorded run of Kafka Streams. It has either `buildError` or the other results. */
export interface Scenario {
  readonly name: string;
  readonly family: string;
  readonly about?: string;
  /** A fault of Kafka Streams that the recording shows. */
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

/**
 * Reads the scenarios of a file, or of all files in a folder in the order of their names. Throws when a file that is
 * named directly has none.
 */
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

/** Returns false for the lists of families and of byte vectors, which lie beside the scenarios. */
function isScenario(value: unknown): value is Scenario {
  return (
    typeof value === 'object' && value !== null && 'name' in value && 'family' in value && ('topology' in value || 'buildError' in value)
  );
}
