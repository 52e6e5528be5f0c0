import type { MetricFamily, Sample } from './metric-family.js';

/** Debug metrics cost time for each record. Set `metrics.level` to have them. */
export type MetricsLevel = 'info' | 'debug';

/** A metric family as it is declared. */
export interface MetricDefinition {
  readonly type: MetricFamily['type'];
  readonly help: string;
  readonly labels: readonly string[];
  /** The level from which on it is there. */
  readonly level: MetricsLevel;
  /** The name that Micrometer gives to the same metric of Kafka Streams. */
  readonly kafka?: string;
}

type More = Partial<Pick<MetricDefinition, 'level' | 'kafka'>>;

const declare =
  <T extends MetricFamily['type']>(type: T) =>
  <const L extends readonly string[]>(help: string, labels: L, more: More = {}) => ({
    type,
    help,
    labels,
    level: 'info' as const,
    ...more,
  });
const counter = declare('counter');
const gauge = declare('gauge');
const histogram = declare('histogram');

/**
 * Every metric family of a client, in the order in which they are listed. A running client has these and no others.
 * docs/METRICS.md and the names of Kafka Streams are made from it.
 */
export const metricTable = {
  ouzel_info: gauge('1, with the guarantee of the application and the version of Node.js.', ['guarantee', 'node']),
  ouzel_state: gauge('State of the client: 1 for the one that it is in.', ['state']),
  ouzel_failures_total: counter('Failures that reached the uncaught handler, by what it decided.', ['verdict']),
  ouzel_connected: gauge('1 while the brokers respond, else 0.', []),
  ouzel_rebalances_total: counter('Rebalances that this instance took part in.', []),
  ouzel_rebalance_duration_seconds: histogram(
    'From the begin of the first join, or of a rebalance, until the member has its assignment.',
    [],
  ),
  ouzel_unprocessed_partitions: gauge('Input partitions that no instance of the application processes.', ['topic']),

  ouzel_tasks: gauge('Tasks of this instance by kind.', ['kind']),
  ouzel_tasks_created_total: counter('Tasks that this instance was given.', [], { kafka: 'kafka_stream_thread_task_created_total' }),
  ouzel_tasks_closed_total: counter('Tasks that this instance gave up.', [], { kafka: 'kafka_stream_thread_task_closed_total' }),

  ouzel_records_consumed_total: counter('Records taken from source topics.', ['topic'], {
    kafka: 'kafka_stream_topic_records_consumed_total',
  }),
  ouzel_bytes_consumed_total: counter('Bytes of keys and values taken from source topics.', ['topic'], {
    kafka: 'kafka_stream_topic_bytes_consumed_total',
  }),
  ouzel_buffered_records: gauge('Records fetched and not processed.', ['task'], { kafka: 'kafka_stream_task_active_buffer_count' }),
  ouzel_buffered_bytes: gauge('Bytes of keys and values fetched and not processed.', ['task']),
  ouzel_paused_partitions: gauge('Input partitions that are not fetched, because enough of them is buffered.', []),
  ouzel_end_offset: gauge('End of an input partition.', ['topic', 'partition']),
  ouzel_committed_offset: gauge('Offset of an input partition that was committed last.', ['topic', 'partition']),
  ouzel_consumer_lag_records: gauge('Records between the position and the end of an input partition.', ['topic', 'partition'], {
    kafka: 'kafka_consumer_fetch_manager_records_lag',
  }),
  ouzel_consumer_lag_seconds: gauge(
    'Age of the next unprocessed record of an input partition; 0 when none is left. While the next one is not fetched: age of the last.',
    ['topic', 'partition'],
  ),

  ouzel_records_processed_total: counter('Records that tasks processed.', ['subtopology'], { kafka: 'kafka_stream_thread_process_total' }),
  ouzel_node_processed_total: counter('Records that a node of the topology took.', ['node'], {
    kafka: 'kafka_stream_processor_node_process_total',
  }),
  ouzel_process_seconds_total: counter('Time spent on processing. Its rate is the share of one core.', ['subtopology']),
  ouzel_node_process_duration_seconds: histogram(
    'Time that a node and the nodes behind it took for a record, without waiting for promises.',
    ['node'],
    { level: 'debug' },
  ),
  ouzel_record_e2e_latency_seconds: histogram('Age of a record, by its timestamp, when it reaches the last node of its way.', ['node']),
  ouzel_stream_time_seconds: gauge('Highest timestamp that a task took.', ['task']),
  ouzel_stream_time_jumps_total: counter('Records that moved the stream time of a task by more than streamTimeJumpWarning.', [
    'subtopology',
  ]),
  ouzel_punctuations_total: counter('Calls of punctuators.', ['type'], { kafka: 'kafka_stream_thread_punctuate_total' }),
  ouzel_hanging_calls: gauge('Calls of user code that did not come back for maxPollInterval.', ['task', 'node', 'call']),
  ouzel_event_loop_delay_seconds: histogram(
    'How long the loop of the client waited for its turn. Code that blocks the event loop makes it long.',
    [],
  ),

  ouzel_dropped_records_total: counter('Records that went no further, by reason.', ['reason'], {
    kafka: 'kafka_stream_task_dropped_records_total',
  }),
  ouzel_errors_total: counter('Records that failed, by stage and by what the handler decided.', ['stage', 'verdict']),
  ouzel_dead_letters_total: counter('Records written to a dead-letter topic.', ['topic']),
  ouzel_retries_total: counter('Attempts of user code beyond the first, by node.', ['node']),

  ouzel_records_produced_total: counter('Records handed to the producer, changelogs included.', ['topic'], {
    kafka: 'kafka_stream_topic_records_produced_total',
  }),
  ouzel_bytes_produced_total: counter('Bytes of keys and values handed to the producer.', ['topic'], {
    kafka: 'kafka_stream_topic_bytes_produced_total',
  }),
  ouzel_producer_buffered_bytes: gauge('Bytes sent of which Kafka has not confirmed that it has them.', []),

  ouzel_commits_total: counter('Commits that succeeded.', [], { kafka: 'kafka_stream_thread_commit_total' }),
  ouzel_commit_failures_total: counter('Commits that failed. Their records are processed again, or the commit is tried again.', []),
  ouzel_commit_duration_seconds: histogram('From the freeze of the state to the committed offsets.', []),
  ouzel_transactions_total: counter('Transactions that ended, by how. Only with exactly once.', ['result']),
  ouzel_transaction_duration_seconds: histogram('From the begin of a transaction to its commit.', []),
  ouzel_uncommitted_bytes: gauge('State and held records that are written and not committed.', []),

  ouzel_restored_records_total: counter('Changelog records read to restore a store.', ['store']),
  ouzel_restore_remaining_records: gauge('Offsets of the changelog still to be read.', ['store', 'partition'], {
    kafka: 'kafka_stream_task_restore_remaining_records_total',
  }),
  ouzel_restore_progress_ratio: gauge('Restored part of a store; 1 when it is up to date.', ['store', 'partition']),
  ouzel_standby_lag_records: gauge('Offsets of the changelog that the copy of a store lacks.', ['store', 'partition']),
  ouzel_state_wiped_total: counter('Tasks whose local state was damaged and restored from nothing.', []),

  ouzel_store_entries: gauge('Rows of a store on this instance, estimated, at most 30 s old.', ['store']),
  ouzel_store_bytes: gauge('Bytes of a store on disk on this instance, estimated, at most 30 s old. 0 for stores in memory.', ['store']),
  ouzel_open_scans: gauge('Scans of stores that were begun and not ended.', ['task']),
  ouzel_suppression_records: gauge('Records that wait in the buffer of a suppression.', ['store']),
  ouzel_suppression_bytes: gauge('Bytes that wait in the buffer of a suppression.', ['store']),
  ouzel_cache_bytes: gauge('Bytes in the record cache, at most cacheMaxBytes.', []),
  ouzel_cache_hits_total: counter('Reads of a store that the record cache answered.', ['store']),
  ouzel_cache_misses_total: counter('Reads of a store that went past its record cache.', ['store']),
  ouzel_decoded_bytes: gauge('Rows that stores keep decoded, at most decodedMaxBytes.', []),
  ouzel_store_operation_duration_seconds: histogram('Time of a call of a store by an operator or processor.', ['store', 'operation'], {
    level: 'debug',
  }),
} satisfies Readonly<Record<`ouzel_${string}`, MetricDefinition>>;

export type MetricName = keyof typeof metricTable;

/** One line of a metric of this name, with the labels that the table declares. */
export interface SampleOf<N extends MetricName> extends Sample {
  readonly labels: Readonly<Record<(typeof metricTable)[N]['labels'][number], string>>;
}

/** Returns whether the metrics of `wanted` are there when `set` is the level. */
export function isWithin(wanted: MetricsLevel, set: MetricsLevel): boolean {
  return wanted === 'info' || set === 'debug';
}
