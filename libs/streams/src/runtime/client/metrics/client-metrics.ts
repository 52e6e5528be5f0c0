import { isWithin, metricTable, type MetricName } from '../../../metrics/metric-table.js';
import type { MetricFamily, Metrics } from '../../../metrics/metric-family.js';
import { applicationStatus } from '../application-status.js';
import type { State } from '../client-state.js';
import type { ClientView } from '../client-view.js';
import { inputReaders } from './input-readers.js';
import { one, type Readers } from './readers.js';
import { stateReaders } from './state-readers.js';
import type { TaskCounterName } from './task-counters.js';

const states: readonly State[] = ['CREATED', 'REBALANCING', 'RUNNING', 'PENDING_SHUTDOWN', 'NOT_RUNNING', 'PENDING_ERROR', 'ERROR'];

/** The client itself, its tasks as a whole, and its commits. */
const clientReaders = {
  ouzel_info: ({ config }) => [{ labels: { guarantee: config.processingGuarantee, node: process.versions.node }, value: 1 }],
  ouzel_state: ({ state }) => states.map((name) => ({ labels: { state: name }, value: Number(name === state.current) })),
  ouzel_failures_total: ({ meters }) => meters.failures.samples(),
  ouzel_connected: ({ connectivity, engine }) => one(Number(engine !== undefined && connectivity.failure === undefined)),
  ouzel_rebalances_total: ({ engine }) => one(engine?.session.rebalances),
  ouzel_rebalance_duration_seconds: ({ meters }) => meters.rebalanceSeconds.samples({}),
  ouzel_unprocessed_partitions: ({ engine }) =>
    (engine?.session.unprocessed ?? []).map(({ topic, partitions }) => ({ labels: { topic }, value: partitions.length })),
  ouzel_tasks: ({ tasks, engine }) => [
    { labels: { kind: 'active' }, value: tasks.filter(({ state }) => state === 'RUNNING').length },
    { labels: { kind: 'restoring' }, value: tasks.filter(({ state }) => state === 'RESTORING' || state === 'CREATED').length },
    { labels: { kind: 'standby' }, value: engine?.standbys.all.length ?? 0 },
  ],
  ouzel_tasks_created_total: ({ engine }) => one(engine?.tasks.created),
  ouzel_tasks_closed_total: ({ engine }) => one(engine?.tasks.closed),
  ouzel_node_process_duration_seconds: ({ meters }) => meters.calls?.nodeSeconds.samples() ?? [],
  ouzel_record_e2e_latency_seconds: ({ meters }) => meters.latency.samples(),
  ouzel_stream_time_seconds: ({ tasks }) =>
    tasks.flatMap(({ name, task }) => (task === undefined ? [] : [{ labels: { task: name }, value: task.streamTime / 1_000 }])),
  ouzel_hanging_calls: ({ status }) =>
    status.hanging.map(({ task, node, call }) => ({ labels: { task, node: node ?? '', call: call ?? '' }, value: 1 })),
  ouzel_event_loop_delay_seconds: ({ meters }) => meters.loopDelay.samples({}),
  ouzel_errors_total: ({ meters }) => meters.errors.samples(),
  ouzel_dead_letters_total: ({ meters }) => meters.deadLetters.samples(),
  ouzel_producer_buffered_bytes: ({ engine }) => one(engine?.producer.bufferedBytes),
  ouzel_commits_total: ({ engine }) => one(engine?.committer.commits),
  ouzel_commit_failures_total: ({ engine }) => one(engine?.committer.failures),
  ouzel_commit_duration_seconds: ({ meters }) => meters.commitSeconds.samples({}),
  ouzel_transactions_total: ({ meters }) => meters.transactions.samples(),
  ouzel_transaction_duration_seconds: ({ meters }) => meters.transactionSeconds.samples({}),
  ouzel_uncommitted_bytes: ({ tasks }) => one(tasks.reduce((sum, { task }) => sum + (task?.uncommittedBytes ?? 0), 0)),
} satisfies Partial<Readers>;

/**
 * Reads the metrics of a client from its parts when they are asked for: nothing is kept twice, and a record costs a few
 * counters only.
 */
export class ClientMetrics implements Metrics {
  private readonly readers: Omit<Readers, TaskCounterName> = { ...clientReaders, ...inputReaders, ...stateReaders() };

  constructor(private readonly client: () => ClientView) {}

  collect(): readonly MetricFamily[] {
    const view = this.client();
    const client = { ...view, status: applicationStatus(view) };
    const { level } = client.config.metrics;
    const ofTasks = client.counters.collect(client.tasks.flatMap(({ task }) => (task === undefined ? [] : [task])));
    const samplesOf = (name: MetricName) => ofTasks.get(name) ?? this.readers[name as keyof typeof this.readers](client);
    const names = (Object.keys(metricTable) as MetricName[]).filter((name) => isWithin(metricTable[name].level, level));
    return names.map((name) => {
      const { help, type } = metricTable[name];
      return { name, help, type, samples: samplesOf(name) };
    });
  }
}
