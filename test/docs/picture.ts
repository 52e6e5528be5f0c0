import type { Serde, Topology } from '@ouzel/streams';
import { embedded, serdes } from '@ouzel/streams';
import { planFor, plannedOf, resolveConfig } from '@ouzel/streams/testing';
import type { TestInputTopic, TestOutputTopic, TopologyTestDriver } from '@ouzel/testing';

// A picture has a row for each topic, and a column for each step:
//
//   words | a@0=x | b@1=y |
//   out   | a@0=X |       |
//
// The rows of topics that the topology reads are played, step by step. The other rows are what came out. A row `console`
// shows what was printed, and a row `dropped` the reasons for which records were dropped.

interface Row {
  readonly name: string;
  readonly cells: readonly string[];
}

function rowsOf(picture: string): Row[] {
  return picture
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [name, ...cells] = line.replace(/\|\s*$/, '').split('|');
      return { name: name!.trim(), cells: cells.map((cell) => cell.trim()) };
    });
}

function pictureOf(rows: readonly Row[]): string {
  const columns = rows[0]!.cells.map((_, step) => Math.max(...rows.map(({ cells }) => cells[step]!.length)));
  const names = Math.max(...rows.map(({ name }) => name.length));
  return rows
    .map(({ name, cells }) => `${name.padEnd(names)} | ${cells.map((cell, step) => cell.padEnd(columns[step]!)).join(' | ')} |\n`)
    .join('');
}

interface TopicSerdes {
  readonly key: Serde<unknown>;
  readonly value: Serde<unknown>;
}

/** The serdes with which a topology reads and writes its topics. */
function serdesOf(topology: Topology): { reads: Map<string, TopicSerdes>; writes: (topic: string) => TopicSerdes } {
  const { subTopologies, global } = planFor(plannedOf(topology), resolveConfig({ applicationId: 'example', kafka: embedded() }));
  const nodes = [...subTopologies.flatMap((part) => part.nodes), ...(global?.nodes ?? [])];
  const reads = new Map<string, TopicSerdes>();
  const writes = new Map<string | undefined, TopicSerdes>();
  for (const node of nodes) {
    if (node.kind === 'processor' || node.key === undefined || node.value === undefined) continue;
    const pair = { key: node.key, value: node.value };
    if (node.kind === 'sink') writes.set(typeof node.topic === 'string' ? node.topic : undefined, pair);
    else if (!(node.topics instanceof RegExp)) for (const topic of node.topics) reads.set(topic, pair);
  }
  return { reads, writes: (topic) => writes.get(topic) ?? writes.get(undefined) ?? { key: serdes.string, value: serdes.string } };
}

/** Returns the picture as the topology draws it: the inputs of the given picture are played, the other rows are read. */
export async function drawn(picture: string, topology: Topology, driver: TopologyTestDriver): Promise<string> {
  const { reads, writes } = serdesOf(topology);
  const rows = rowsOf(picture);
  const steps = rows[0]!.cells.length;
  const inputs = new Map<string, TestInputTopic<unknown, unknown>>();
  const outputs = new Map<string, TestOutputTopic<unknown, unknown>>();
  for (const { name } of rows) {
    const input = reads.get(name);
    if (input !== undefined) inputs.set(name, driver.createInputTopic(name, input.key, input.value));
    else outputs.set(name, driver.createOutputTopic(name, writes(name).key, writes(name).value));
  }
  const results = rows.map(({ name, cells }) => ({ name, cells: inputs.has(name) ? [...cells] : ([] as string[]) }));
  const printed: string[] = [];
  const { log } = console;
  console.log = (...parts: unknown[]) => void printed.push(parts.join(' '));
  let dropped = new Map<string, number>();
  for (let step = 0; step < steps; step++) {
    for (const { name, cells } of rows) {
      const reading = { value: (text: string) => (reads.get(name)!.value === serdes.string ? text : (JSON.parse(text) as unknown)) };
      await inputs.get(name)?.play(cells[step] ?? '', reading);
    }
    const reasons = [...driver.dropped].filter(([reason, count]) => count > (dropped.get(reason) ?? 0)).map(([reason]) => reason);
    dropped = new Map(driver.dropped);
    const others: Readonly<Record<string, string>> = { console: printed.splice(0).join(', '), dropped: reasons.join(', ') };
    for (const { name, cells } of results) if (!inputs.has(name)) cells.push(others[name] ?? outputs.get(name)!.readTimeline());
  }
  console.log = log;
  return pictureOf(results);
}
