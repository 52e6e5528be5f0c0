import type { MetricName, SampleOf } from '../../../metrics/metric-table.js';
import type { Sample } from '../../../metrics/metric-family.js';
import type { StreamTask } from '../../task/stream-task.js';

const byLabel = <L extends string>(label: L, counts: ReadonlyMap<string, number>) =>
  [...counts].map(([name, value]) => ({ labels: { [label]: name } as Readonly<Record<L, string>>, value }));

/** The counters of a task. A client shows their sums. */
const counters = {
  ouzel_records_processed_total: ({ id, processed }) => [{ labels: { subtopology: String(id.subtopology) }, value: processed }],
  ouzel_node_processed_total: ({ nodes }) => nodes.map(({ name, processed }) => ({ labels: { node: name }, value: processed })),
  ouzel_bytes_consumed_total: ({ queues }) => queues.map(({ topic, bytesTaken }) => ({ labels: { topic }, value: bytesTaken })),
  ouzel_records_produced_total: ({ produced }) => [...produced].map(([topic, { records }]) => ({ labels: { topic }, value: records })),
  ouzel_bytes_produced_total: ({ produced }) => [...produced].map(([topic, { bytes }]) => ({ labels: { topic }, value: bytes })),
  ouzel_process_seconds_total: ({ id, processMs }) => [{ labels: { subtopology: String(id.subtopology) }, value: processMs / 1_000 }],
  ouzel_punctuations_total: ({ punctuations: { streamTime, wallClock } }) => [
    { labels: { type: 'stream-time' }, value: streamTime },
    { labels: { type: 'wall-clock-time' }, value: wallClock },
  ],
  ouzel_retries_total: ({ nodes }) =>
    nodes.flatMap(({ name, retries }) => (retries === 0 ? [] : [{ labels: { node: name }, value: retries }])),
  ouzel_stream_time_jumps_total: ({ id, timeJumps }) => [{ labels: { subtopology: String(id.subtopology) }, value: timeJumps }],
  ouzel_dropped_records_total: ({ dropped }) => byLabel('reason', dropped),
} satisfies { readonly [N in MetricName]?: (task: StreamTask) => readonly SampleOf<N>[] };

/** The names of the metrics that tasks count. */
export type TaskCounterName = keyof typeof counters;

const names = Object.keys(counters) as TaskCounterName[];

/** Sums of counters with the same labels, over tasks that run and tasks that have ended, so that they never fall. */
export class TaskCounters {
  private readonly ended = new Map<TaskCounterName, Map<string, Sample>>();

  /** Adds the counters of a task that ends, so that the sums keep them. */
  retire(task: StreamTask): void {
    for (const name of names) {
      const sums = this.ended.get(name) ?? new Map<string, Sample>();
      for (const sample of counters[name](task)) add(sums, sample);
      this.ended.set(name, sums);
    }
  }

  /** Returns the sums by name. */
  collect(tasks: readonly StreamTask[]): ReadonlyMap<MetricName, readonly Sample[]> {
    const samplesOf = (name: TaskCounterName) => {
      const sums = new Map(this.ended.get(name));
      for (const task of tasks) for (const sample of counters[name](task)) add(sums, sample);
      return [...sums.values()];
    };
    return new Map(names.map((name) => [name, samplesOf(name)]));
  }
}

function add(sums: Map<string, Sample>, { labels, value }: Sample): void {
  const key = JSON.stringify(labels);
  sums.set(key, { labels, value: (sums.get(key)?.value ?? 0) + value });
}
