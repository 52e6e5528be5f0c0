import type { InputStatus } from '../application-status.js';
import type { MeasuredClient, Readers } from './readers.js';

type InputLabels = Readonly<Record<'topic' | 'partition', string>>;

/** Returns a sample of each input for which there is a value. */
const perInput = ({ status }: MeasuredClient, value: (input: InputStatus) => number | null | undefined) =>
  status.tasks.flatMap(({ partitions }) =>
    partitions.flatMap((input) => {
      const found = value(input) ?? undefined;
      const labels: InputLabels = { topic: input.topic, partition: String(input.partition) };
      return found === undefined ? [] : [{ labels, value: found }];
    }),
  );

/** What comes in: fetched, buffered, and how far behind the client is. */
export const inputReaders = {
  ouzel_records_consumed_total: ({ engine }) => [...(engine?.loop.consumed ?? [])].map(([topic, value]) => ({ labels: { topic }, value })),
  ouzel_buffered_records: ({ tasks }) => tasks.map(({ name, task }) => ({ labels: { task: name }, value: task?.buffered ?? 0 })),
  ouzel_buffered_bytes: ({ tasks }) => tasks.map(({ name, task }) => ({ labels: { task: name }, value: task?.bufferedBytes ?? 0 })),
  ouzel_paused_partitions: ({ engine }) => [{ labels: {}, value: engine?.loop.pausedPartitions ?? 0 }],
  ouzel_end_offset: (client) => perInput(client, ({ end }) => end),
  ouzel_committed_offset: (client) => perInput(client, (input) => client.engine?.committer.committed.get(input)),
  ouzel_consumer_lag_records: (client) => perInput(client, ({ lag }) => lag),
  ouzel_consumer_lag_seconds: (client) => perInput(client, ({ lagMs }) => (lagMs === null ? null : lagMs / 1_000)),
} satisfies Partial<Readers>;
