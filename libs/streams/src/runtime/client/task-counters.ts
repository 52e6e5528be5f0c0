import type { MetricFamily, Sample } from './metrics.js';
import type { StreamTask } from '../task/stream-task.js';

interface TaskCounter {
  readonly name: string;
  readonly help: string;
  samplesOf(task: StreamTask): readonly Sample[];
}

const byLabel = (label: string, counts: ReadonlyMap<string, number>): Sample[] =>
  [...counts].map(([name, value]) => ({ labels: { [label]: name }, value }));

/** The counters of a task. A client shows their sums. */
const counters: readonly TaskCounter[] = [
  {
    name: 'ouzel_records_processed_total',
    help: 'Records that tasks processed.',
    samplesOf: ({ id, processed }) => [{ labels: { subtopology: String(id.subtopology) }, value: processed }],
  },
  {
    name: 'ouzel_node_processed_total',
    help: 'Records that a node of the topology took.',
    samplesOf: ({ nodes }) => nodes.map(({ name, processed }) => ({ labels: { node: name }, value: processed })),
  },
  {
    name: 'ouzel_records_produced_total',
    help: 'Records handed to the producer, changelogs included.',
    samplesOf: ({ produced }) => byLabel('topic', produced),
  },
  {
    name: 'ouzel_stream_time_jumps_total',
    help: 'Records that moved the stream time of a task by more than streamTimeJumpWarning.',
    samplesOf: ({ id, timeJumps }) => [{ labels: { subtopology: String(id.subtopology) }, value: timeJumps }],
  },
  {
    name: 'ouzel_dropped_records_total',
    help: 'Records that went no further, by reason.',
    samplesOf: ({ dropped }) => byLabel('reason', dropped),
  },
];

/** Sums of counters with the same labels, over tasks that run and tasks that have ended, so that they never fall. */
export class TaskCounters {
  private readonly ended = new Map<string, Map<string, Sample>>();

  /** Adds the counters of a task that ends, so that the sums keep them. */
  retire(task: StreamTask): void {
    for (const { name, samplesOf } of counters) {
      const sums = this.ended.get(name) ?? new Map<string, Sample>();
      for (const sample of samplesOf(task)) add(sums, sample);
      this.ended.set(name, sums);
    }
  }

  collect(tasks: readonly StreamTask[]): MetricFamily[] {
    return counters.map(({ name, help, samplesOf }) => {
      const sums = new Map(this.ended.get(name));
      for (const sample of tasks.flatMap((task) => samplesOf(task))) add(sums, sample);
      return { name, help, type: 'counter', samples: [...sums.values()] };
    });
  }
}

function add(sums: Map<string, Sample>, { labels, value }: Sample): void {
  const key = JSON.stringify(labels);
  sums.set(key, { labels, value: (sums.get(key)?.value ?? 0) + value });
}
