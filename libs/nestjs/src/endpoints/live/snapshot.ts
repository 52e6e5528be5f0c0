import type { MetricFamily, StandbyStatus, TaskStatus } from '@ouzel/streams';
import type { InstanceReport } from '../applications/instances.js';
import { lagSeconds } from '../applications/lag.js';
import type { Tree } from './merge-patch.js';

/**
 * Returns an instance as the stream of events shows it: objects with keys instead of lists, so that a patch names only
 * what has changed. What is null is left out.
 */
export function instanceSnapshot(report: InstanceReport, now: number): Tree {
  const { server, isSelf, unreachable, status, metrics } = report;
  const head = { server, isSelf, unreachable };
  if (status === null) return withoutNulls({ ...head, tasks: unknownTasks(report.tasks), standbys: unknownTasks(report.standbys) });
  const { state, stateSince, isPaused, generation, connectivity, failure } = status;
  return withoutNulls({
    ...head,
    state,
    stateSince,
    isPaused,
    generation,
    connected: connectivity.connected,
    failure: failure?.message ?? connectivity.failure,
    tasks: keyed(status.tasks, (task) => taskSnapshot(task, now)),
    standbys: keyed(status.standbys, standbySnapshot),
    unprocessed: Object.fromEntries(status.unprocessed.map(({ topic, partitions, reason }) => [topic, { partitions, reason }])),
    commits: total(metrics, 'ouzel_commits_total'),
    rebalances: total(metrics, 'ouzel_rebalances_total'),
    nodes: byLabel(metrics, 'ouzel_node_processed_total', 'node'),
    consumed: byLabel(metrics, 'ouzel_records_consumed_total', 'topic'),
    produced: byLabel(metrics, 'ouzel_records_produced_total', 'topic'),
    dropped: byLabel(metrics, 'ouzel_dropped_records_total', 'reason'),
  });
}

/** Returns the sum of the samples of a metric. */
export function total(metrics: readonly MetricFamily[], name: string): number {
  const samples = metrics.find((family) => family.name === name)?.samples ?? [];
  return samples.reduce((sum, { value }) => sum + value, 0);
}

function byLabel(metrics: readonly MetricFamily[], name: string, label: string): Readonly<Record<string, number>> {
  const samples = metrics.find((family) => family.name === name)?.samples ?? [];
  return Object.fromEntries(samples.map(({ labels, value }) => [labels[label] ?? '', value]));
}

function taskSnapshot({ state, buffered, streamTime, partitions, stores, userCode }: TaskStatus, now: number): Tree {
  const inputs = partitions.map((input) => {
    const { topic, partition, position, end, lag } = input;
    return [`${topic}-${partition}`, { topic, partition, position, end, lag, lagSeconds: lagSeconds(input, streamTime, now) }] as const;
  });
  return {
    state,
    buffered,
    streamTime: streamTime < 0 ? null : streamTime,
    userCode: userCode?.description ?? null,
    inputs: Object.fromEntries(inputs),
    stores: Object.fromEntries(stores.map(({ name, restored, total: all, remaining }) => [name, { restored, total: all, remaining }])),
  };
}

function standbySnapshot({ state, isWarmUp, lag, stores }: StandbyStatus): Tree {
  return { state, isWarmUp, lag, stores: Object.fromEntries(stores.map(({ name, lag: behind }) => [name, behind])) };
}

function keyed<T extends { readonly id: string }>(items: readonly T[], of: (item: T) => Tree): Tree {
  return Object.fromEntries(items.map((item) => [item.id, of(item)]));
}

function unknownTasks(ids: readonly string[]): Tree {
  return Object.fromEntries(ids.map((id) => [id, { state: 'UNKNOWN', inputs: {}, stores: {} }]));
}

function withoutNulls(tree: Tree): Tree {
  return JSON.parse(JSON.stringify(tree), (_key, value: unknown) => value ?? undefined) as Tree;
}
