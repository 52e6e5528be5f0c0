import type { MetricFamily, Metrics, Sample } from './metrics.js';
import type { StreamsClient } from './streams-client.js';
import type { State } from './client-state.js';

type Family = Omit<MetricFamily, 'samples'>;
const states: readonly State[] = ['CREATED', 'REBALANCING', 'RUNNING', 'PENDING_SHUTDOWN', 'NOT_RUNNING', 'PENDING_ERROR', 'ERROR'];

/** Reads the metrics of a client from its parts at the moment they are asked for: nothing is kept twice, and the way of a record pays for a few counters only. */
export class ClientMetrics implements Metrics {
  constructor(private readonly client: StreamsClient) {}

  collect(): readonly MetricFamily[] {
    return [...this.ofClient(), ...this.ofTasks(), ...this.ofRestore()];
  }

  private ofClient(): MetricFamily[] {
    const { state, running, commitLatency } = this.client;
    const tasks = [...(running?.tasks.tasks.values() ?? [])];
    const one = (value: number): Sample[] => [{ labels: {}, value }];
    return [
      family(
        { name: 'ouzel_state', type: 'gauge', help: 'State of the client: 1 for the one that it is in.' },
        states.map((name) => ({ labels: { state: name }, value: Number(name === state.current) })),
      ),
      family({ name: 'ouzel_tasks', type: 'gauge', help: 'Tasks of this instance by kind.' }, [
        { labels: { kind: 'active' }, value: tasks.filter((task) => task.state === 'RUNNING').length },
        { labels: { kind: 'restoring' }, value: tasks.filter((task) => task.state === 'RESTORING' || task.state === 'CREATED').length },
      ]),
      family(
        { name: 'ouzel_tasks_created_total', type: 'counter', help: 'Tasks that this instance was given.' },
        one(running?.tasks.created ?? 0),
      ),
      family(
        { name: 'ouzel_tasks_closed_total', type: 'counter', help: 'Tasks that this instance gave up.' },
        one(running?.tasks.closed ?? 0),
      ),
      family(
        { name: 'ouzel_state_wiped_total', type: 'counter', help: 'Tasks whose local state was damaged and restored from nothing.' },
        one(running?.tasks.wiped ?? 0),
      ),
      family(
        { name: 'ouzel_rebalances_total', type: 'counter', help: 'Rebalances that this instance took part in.' },
        one(running?.session.rebalances ?? 0),
      ),
      family({ name: 'ouzel_commits_total', type: 'counter', help: 'Commits that succeeded.' }, one(running?.committer.commits ?? 0)),
      family(
        { name: 'ouzel_commit_duration_seconds', type: 'histogram', help: 'From the freeze of the state to the committed offsets.' },
        commitLatency.samples(),
      ),
      family(
        { name: 'ouzel_uncommitted_bytes', type: 'gauge', help: 'State that is written and not committed.' },
        one(running?.tasks.running.reduce((sum, task) => sum + task.uncommittedBytes, 0) ?? 0),
      ),
      family(
        { name: 'ouzel_records_consumed_total', type: 'counter', help: 'Records taken from source topics.' },
        [...(running?.loop.consumed ?? [])].map(([topic, value]) => ({ labels: { topic }, value })),
      ),
    ];
  }

  private ofTasks(): MetricFamily[] {
    const tasks = [...(this.client.running?.tasks.tasks.values() ?? [])];
    return [
      ...this.client.counters.collect(tasks.flatMap(({ task }) => (task === undefined ? [] : [task]))),
      family(
        { name: 'ouzel_buffered_records', type: 'gauge', help: 'Records fetched and not processed.' },
        tasks.map(({ name, task }) => ({ labels: { task: name }, value: task?.buffered ?? 0 })),
      ),
      family(
        { name: 'ouzel_stream_time_seconds', type: 'gauge', help: 'Highest timestamp that a task took.' },
        tasks.flatMap(({ name, task }) => (task === undefined ? [] : [{ labels: { task: name }, value: task.streamTime / 1_000 }])),
      ),
      ...this.ofInputs(),
      family(
        { name: 'ouzel_unprocessed_partitions', type: 'gauge', help: 'Input partitions that no instance of the application processes.' },
        this.client.status().unprocessed.map(({ topic, partitions }) => ({ labels: { topic }, value: partitions.length })),
      ),
    ];
  }

  private ofInputs(): MetricFamily[] {
    const inputs = this.client.status().tasks.flatMap(({ partitions }) => partitions);
    const of = (pick: (input: (typeof inputs)[number]) => number | null) =>
      inputs.flatMap((input): Sample[] => {
        const value = pick(input);
        return value === null ? [] : [{ labels: { topic: input.topic, partition: String(input.partition) }, value }];
      });
    return [
      family(
        { name: 'ouzel_consumer_lag_records', type: 'gauge', help: 'Records between the position and the end of an input partition.' },
        of(({ lag }) => lag),
      ),
      family(
        { name: 'ouzel_end_offset', type: 'gauge', help: 'End of an input partition.' },
        of(({ end }) => end),
      ),
    ];
  }

  private ofRestore(): MetricFamily[] {
    const tasks = [...(this.client.running?.tasks.tasks.values() ?? [])];
    const progress = tasks.flatMap(({ id, progress: of }) =>
      of.map((one) => ({ one, labels: { store: one.store, partition: String(id.partition) } })),
    );
    const restored = new Map<string, number>();
    for (const [key, records] of this.client.restoredRecords)
      restored.set(key.slice(key.indexOf(' ') + 1), (restored.get(key.slice(key.indexOf(' ') + 1)) ?? 0) + records);
    for (const { one } of progress) if (!restored.has(one.store)) restored.set(one.store, 0);
    return [
      family(
        { name: 'ouzel_restored_records_total', type: 'counter', help: 'Changelog records read to restore a store.' },
        [...restored].map(([store, value]) => ({ labels: { store }, value })),
      ),
      family(
        { name: 'ouzel_restore_remaining_records', type: 'gauge', help: 'Offsets of the changelog still to be read.' },
        progress.map(({ one, labels }) => ({ labels, value: one.remaining })),
      ),
      family(
        { name: 'ouzel_restore_progress_ratio', type: 'gauge', help: 'Restored part of a store; 1 when it is up to date.' },
        progress.map(({ one, labels }) => ({ labels, value: one.total === 0 ? 1 : one.restored / one.total })),
      ),
    ];
  }
}

function family(head: Family, samples: readonly Sample[]): MetricFamily {
  return { ...head, samples };
}
