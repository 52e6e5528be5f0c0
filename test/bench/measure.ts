import { StreamsBuilder, type Topology } from '@ouzel/streams';
import { BenchTask } from './bench-task.js';

/** The batches that a run feeds to a task, in this order. */
export type Feed = readonly (readonly [topic: string, batches: readonly Buffer[]])[];

export interface Workload {
  readonly name: string;
  readonly topology: () => Topology;
  readonly inputs: readonly string[];
  /** Batches that are fed before the clock starts. */
  readonly before?: Feed;
  readonly measured: Feed;
  /** How many records `measured` has. */
  readonly records: number;
  readonly cacheMaxBytes?: number;
}

const runs = 3;

/** Measures a run. Prints a line and returns the seconds per record of the best of three runs. */
export async function measure(name: string, records: number, run: () => Promise<void> | void): Promise<number> {
  return report(name, records, async () => seconds(run));
}

/** Measures a topology. Each run has a new task on an empty disk; opening and closing it do not count. */
export async function measureTask({
  name,
  topology,
  inputs,
  before = [],
  measured,
  records,
  cacheMaxBytes = 0,
}: Workload): Promise<number> {
  return report(name, records, async () => {
    const task = await BenchTask.open(topology(), cacheMaxBytes);
    await task.start(inputs);
    await feed(task, before);
    const taken = await seconds(() => feed(task, measured));
    await task.close();
    return taken;
  });
}

/** Returns a function that builds a topology anew for each run. */
export function topologyFrom(build: (builder: StreamsBuilder) => void): () => Topology {
  return () => {
    const builder = new StreamsBuilder();
    build(builder);
    return builder.build();
  };
}

/** Prints a line that compares a cost with another one. */
export function compare(text: string, perRecord: number, other: number): void {
  console.log(`  ${text.padEnd(64)} ${(perRecord / other).toFixed(2).padStart(32)} x`);
}

async function report(name: string, records: number, run: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < runs; i++) least = Math.min(least, await run());
  const rate = Math.round(records / least).toLocaleString('en');
  console.log(`${name.padEnd(66)} ${rate.padStart(12)} records/s ${((least / records) * 1e6).toFixed(3).padStart(9)} µs/record`);
  return least / records;
}

async function seconds(run: () => Promise<void> | void): Promise<number> {
  const started = process.hrtime.bigint();
  await run();
  return Number(process.hrtime.bigint() - started) / 1e9;
}

async function feed(task: BenchTask, inputs: Feed): Promise<void> {
  for (const [topic, batches] of inputs) await task.feed(topic, batches, 100_000);
}
