import { applicationStatus, type InputStatus } from './application-status.js';
import type { ClientView } from './client-view.js';
import type { State } from './client-state.js';
import type { MetricFamily, Metrics, Sample } from './metrics.js';

const states: readonly State[] = ['CREATED', 'REBALANCING', 'RUNNING', 'PENDING_SHUTDOWN', 'NOT_RUNNING', 'PENDING_ERROR', 'ERROR'];

/** A metric, and where its values come from at the moment when they are asked for. */
interface ClientMetric {
  readonly name: string;
  readonly type: MetricFamily['type'];
  readonly help: string;
  samples(client: ClientView): readonly Sample[];
}

/** Returns one sample without labels. It is zero while the part that counts does not exist. */
const one = (value: number | undefined): readonly Sample[] => [{ labels: {}, value: value ?? 0 }];

/** Returns a sample of each value that is defined. */
const perInput = (inputs: readonly InputStatus[], value: (input: InputStatus) => number | null): readonly Sample[] =>
  inputs.flatMap((input) => {
    const found = value(input);
    return found === null ? [] : [{ labels: { topic: input.topic, partition: String(input.partition) }, value: found }];
  });

const inputsOf = (client: ClientView): readonly InputStatus[] => applicationStatus(client).tasks.flatMap(({ partitions }) => partitions);

const perStore = ({ tasks }: ClientView, value: (progress: (typeof tasks)[number]['progress'][number]) => number): readonly Sample[] =>
  tasks.flatMap(({ id, progress }) =>
    progress.map((store) => ({ labels: { store: store.store, partition: String(id.partition) }, value: value(store) })),
  );

/**
 * Every metric of a client that is not counted per task (see TaskCounters). To count something new, let its part count,
 * and add a row here.
 */
const clientMetrics: readonly ClientMetric[] = [
  {
    name: 'ouzel_state',
    type: 'gauge',
    help: 'State of the client: 1 for the one that it is in.',
    samples: ({ state }) => states.map((name) => ({ labels: { state: name }, value: Number(name === state.current) })),
  },
  {
    name: 'ouzel_tasks',
    type: 'gauge',
    help: 'Tasks of this instance by kind.',
    samples: ({ tasks, engine }) => [
      { labels: { kind: 'active' }, value: tasks.filter(({ state }) => state === 'RUNNING').length },
      { labels: { kind: 'restoring' }, value: tasks.filter(({ state }) => state === 'RESTORING' || state === 'CREATED').length },
      { labels: { kind: 'standby' }, value: engine?.standbys.all.length ?? 0 },
    ],
  },
  {
    name: 'ouzel_tasks_created_total',
    type: 'counter',
    help: 'Tasks that this instance was given.',
    samples: ({ engine }) => one(engine?.tasks.created),
  },
  {
    name: 'ouzel_tasks_closed_total',
    type: 'counter',
    help: 'Tasks that this instance gave up.',
    samples: ({ engine }) => one(engine?.tasks.closed),
  },
  {
    name: 'ouzel_state_wiped_total',
    type: 'counter',
    help: 'Tasks whose local state was damaged and restored from nothing.',
    samples: ({ engine }) => one((engine?.tasks.wiped ?? 0) + (engine?.standbys.wiped ?? 0)),
  },
  {
    name: 'ouzel_rebalances_total',
    type: 'counter',
    help: 'Rebalances that this instance took part in.',
    samples: ({ engine }) => one(engine?.session.rebalances),
  },
  {
    name: 'ouzel_commits_total',
    type: 'counter',
    help: 'Commits that succeeded.',
    samples: ({ engine }) => one(engine?.committer.commits),
  },
  {
    name: 'ouzel_commit_duration_seconds',
    type: 'histogram',
    help: 'From the freeze of the state to the committed offsets.',
    samples: ({ commitLatency }) => commitLatency.samples(),
  },
  {
    name: 'ouzel_uncommitted_bytes',
    type: 'gauge',
    help: 'State that is written and not committed.',
    samples: ({ tasks }) => one(tasks.reduce((sum, { task }) => sum + (task?.uncommittedBytes ?? 0), 0)),
  },
  {
    name: 'ouzel_decoded_bytes',
    type: 'gauge',
    help: 'Rows that stores keep decoded, at most decodedMaxBytes.',
    samples: ({ engine }) => one(engine?.decoded.bytes),
  },
  {
    name: 'ouzel_records_consumed_total',
    type: 'counter',
    help: 'Records taken from source topics.',
    samples: ({ engine }) => [...(engine?.loop.consumed ?? [])].map(([topic, value]) => ({ labels: { topic }, value })),
  },
  {
    name: 'ouzel_buffered_records',
    type: 'gauge',
    help: 'Records fetched and not processed.',
    samples: ({ tasks }) => tasks.map(({ name, task }) => ({ labels: { task: name }, value: task?.buffered ?? 0 })),
  },
  {
    name: 'ouzel_stream_time_seconds',
    type: 'gauge',
    help: 'Highest timestamp that a task took.',
    samples: ({ tasks }) =>
      tasks.flatMap(({ name, task }) => (task === undefined ? [] : [{ labels: { task: name }, value: task.streamTime / 1_000 }])),
  },
  {
    name: 'ouzel_consumer_lag_records',
    type: 'gauge',
    help: 'Records between the position and the end of an input partition.',
    samples: (client) => perInput(inputsOf(client), ({ lag }) => lag),
  },
  {
    name: 'ouzel_end_offset',
    type: 'gauge',
    help: 'End of an input partition.',
    samples: (client) => perInput(inputsOf(client), ({ end }) => end),
  },
  {
    name: 'ouzel_unprocessed_partitions',
    type: 'gauge',
    help: 'Input partitions that no instance of the application processes.',
    samples: ({ engine }) =>
      (engine?.session.unprocessed ?? []).map(({ topic, partitions }) => ({ labels: { topic }, value: partitions.length })),
  },
  {
    name: 'ouzel_hanging_calls',
    type: 'gauge',
    help: 'Calls of user code that did not come back for maxPollInterval.',
    samples: (client) =>
      applicationStatus(client).hanging.map(({ task, node, call }) => ({
        labels: { task, node: node ?? '', call: call ?? '' },
        value: 1,
      })),
  },
  {
    name: 'ouzel_standby_lag_records',
    type: 'gauge',
    help: 'Offsets of the changelog that the copy of a store lacks.',
    samples: ({ engine }) =>
      (engine?.standbys.all ?? []).flatMap(({ id, progress }) =>
        progress.map(({ store, lag }) => ({ labels: { store, partition: String(id.partition) }, value: lag })),
      ),
  },
  {
    name: 'ouzel_restored_records_total',
    type: 'counter',
    help: 'Changelog records read to restore a store.',
    samples: ({ restores }) => [...restores.restored].map(([store, value]) => ({ labels: { store }, value })),
  },
  {
    name: 'ouzel_restore_remaining_records',
    type: 'gauge',
    help: 'Offsets of the changelog still to be read.',
    samples: (client) => perStore(client, ({ remaining }) => remaining),
  },
  {
    name: 'ouzel_restore_progress_ratio',
    type: 'gauge',
    help: 'Restored part of a store; 1 when it is up to date.',
    samples: (client) => perStore(client, ({ total, restored }) => (total === 0 ? 1 : restored / total)),
  },
];

/**
 * Reads the metrics of a client from its parts when they are asked for: nothing is kept twice, and a record costs a few
 * counters only.
 */
export class ClientMetrics implements Metrics {
  constructor(private readonly client: () => ClientView) {}

  collect(): readonly MetricFamily[] {
    const client = this.client();
    const ofTasks = client.counters.collect(client.tasks.flatMap(({ task }) => (task === undefined ? [] : [task])));
    return [...clientMetrics.map(({ samples, ...head }) => ({ ...head, samples: samples(client) })), ...ofTasks];
  }
}
