import { TopologyTestDriver, type ProducedRecord } from '@ouzel/testing';
import type { Topology, TopologyConfig } from '@ouzel/streams';
import { compareCommitted } from './committed.js';
import { compareOutputs, compareTexts, compareTopics, stepText, type Difference } from './compare.js';
import { configOf } from './config.js';
import { Deviations } from './deviations.js';
import type { RecordedHeader, RecordedInput, RecordedOutput, RecordedStep, Scenario } from './scenario.js';
import type { Ouzel, Twin } from './twins/parts.js';

/** The result of a scenario. It has passed when there are no differences. */
export interface Outcome {
  readonly differences: readonly Difference[];
  /** A line for each deviation that was accepted. */
  readonly deviations: readonly string[];
}

/**
 * Builds the twin, repeats the recorded steps, and compares everything that must be equal. A twin that throws is a
 * difference.
 */
export async function runScenario(ouzel: Ouzel, scenario: Scenario, twin: Twin): Promise<Outcome> {
  try {
    const config = configOf(ouzel, scenario.config);
    if (scenario.buildError !== undefined) return await runBuildError(ouzel, scenario, twin, config);
    return await runSteps(ouzel, scenario, twin(ouzel, config, scenario.name), config);
  } catch (thrown) {
    const failure = { where: 'run', what: 'the twin, or its run', expected: 'no error', got: errorText(thrown) };
    return { differences: [failure], deviations: [] };
  }
}

/** Builds a topology that must be refused. Another error than Ouzel's own is thrown on. */
async function runBuildError(ouzel: Ouzel, scenario: Scenario, twin: Twin, config: TopologyConfig): Promise<Outcome> {
  try {
    const driver = new TopologyTestDriver(twin(ouzel, config, scenario.name), config);
    await driver.close();
  } catch (thrown) {
    if (thrown instanceof ouzel.OuzelError) return { differences: [], deviations: [] };
    throw thrown;
  }
  const { message = '' } = scenario.buildError as { message?: string };
  return { differences: [{ where: 'build', what: 'the topology', expected: `refused: ${message}`, got: 'it was built' }], deviations: [] };
}

async function runSteps(ouzel: Ouzel, scenario: Scenario, topology: Topology, config: TopologyConfig): Promise<Outcome> {
  const driver = new TopologyTestDriver(topology, config);
  const deviations = new Deviations(scenario);
  const differences = comparePlan(scenario, topology, driver);
  try {
    differences.push(...(await compareSteps(ouzel, driver, scenario, deviations)));
  } finally {
    await driver.close();
  }
  return { differences, deviations: deviations.accepted };
}

/** Compares the text of describe() and the internal topics, where they were recorded. */
function comparePlan({ topology: text, internalTopics }: Scenario, topology: Topology, driver: TopologyTestDriver): Difference[] {
  const topics = driver.internalTopics.map(({ partitions, ...topic }) => ({ ...topic, partitions: partitions ?? null }));
  return [
    ...(text === undefined ? [] : compareLines('topology', text, topology.describe())),
    ...(internalTopics === undefined ? [] : compareTopics(internalTopics, topics)),
  ];
}

/** Compares steps up to the first one that fails. What comes after it says nothing. */
async function compareSteps(ouzel: Ouzel, driver: TopologyTestDriver, scenario: Scenario, deviations: Deviations): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [index, step] of (scenario.steps ?? []).entries()) {
    const where = stepText(index, step);
    const before = driver.producedRecords().length;
    const failure = await failureOf(step, ouzel, driver);
    differences.push(...compareTexts(where, 'dropped records in all', String(step.droppedTotal), String(driver.droppedTotal)));
    if (failure === undefined && step.error !== undefined && deviations.acceptsSuccess(step, where)) return differences;
    if (failure !== undefined || step.error !== undefined) return [...differences, ...compareFailures(where, step.error, failure)];
    deviations.observe(step);
    const written = driver.producedRecords().slice(before).map(recorded);
    differences.push(...compareOutputs(where, step.out, written, (record) => deviations.accepts(record, where)));
  }
  return [...differences, ...compareCommitted(scenario.committed ?? [], driver.committed())];
}

async function failureOf(step: RecordedStep, ouzel: Ouzel, driver: TopologyTestDriver): Promise<unknown> {
  try {
    if (step.in !== undefined) await pipe(ouzel, driver, step.in);
    if (step.advanceWallClockMs !== undefined) await driver.advanceWallClock(step.advanceWallClockMs);
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

/** Compares whether a step fails. The class and the text of the error are free. */
function compareFailures(where: string, expected: unknown, got: unknown): Difference[] {
  if (expected !== undefined && got !== undefined) return [];
  return [
    {
      where,
      what: 'the step',
      expected: expected === undefined ? 'no error' : JSON.stringify(expected),
      got: got === undefined ? 'no error' : errorText(got),
    },
  ];
}

async function pipe(ouzel: Ouzel, driver: TopologyTestDriver, input: RecordedInput): Promise<void> {
  const { Headers, StreamRecord, serdes } = ouzel;
  const bytes = (text: string | null | undefined, hex: string | undefined): Buffer | null =>
    hex !== undefined ? Buffer.from(hex, 'hex') : text === null || text === undefined ? null : Buffer.from(text, 'utf8');
  const headers = Headers.of((input.headers ?? []).map(([name, value]) => [name, value === null ? null : Buffer.from(value, 'hex')]));
  const topic = driver.createInputTopic(input.topic, serdes.nullable(serdes.buffer), serdes.nullable(serdes.buffer));
  await topic.pipe(new StreamRecord(bytes(input.key, input.keyHex), bytes(input.value, input.valueHex), input.ts, headers));
}

function recorded({ topic, partition, key, value, timestamp, headers }: ProducedRecord): RecordedOutput {
  const hex = (bytes: Buffer | null): string | null => (bytes === null ? null : bytes.toString('hex'));
  return {
    topic,
    partition,
    key: hex(key),
    value: hex(value),
    ts: timestamp,
    headers: [...headers].map(([name, of]): RecordedHeader => [name, hex(of)]),
  };
}

/** Returns the lines in which two texts differ. */
function compareLines(where: string, expected: string, got: string): Difference[] {
  if (expected === got) return [];
  const [wanted, found] = [expected, got].map((text) => text.split('\n'));
  const only = (lines: readonly string[], others: readonly string[]): string =>
    lines.filter((line) => !others.includes(line)).join('\n') || '(the same lines in another order)';
  return [{ where, what: 'lines of describe()', expected: only(wanted!, found!), got: only(found!, wanted!) }];
}

function errorText(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const at = thrown.stack?.split('\n').find((line) => line.trimStart().startsWith('at ')) ?? '';
  return `${thrown.name}: ${thrown.message} ${at.trim()}`;
}
