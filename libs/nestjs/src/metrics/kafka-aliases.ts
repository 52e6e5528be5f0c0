import type { MetricFamily } from '@ouzel/streams';

/** Names of our metrics, and those that Micrometer gives to the same metrics of Kafka Streams. */
const aliases: Readonly<Record<string, string>> = {
  ouzel_records_processed_total: 'kafka_stream_thread_process_total',
  ouzel_commits_total: 'kafka_stream_thread_commit_total',
  ouzel_tasks_created_total: 'kafka_stream_thread_task_created_total',
  ouzel_tasks_closed_total: 'kafka_stream_thread_task_closed_total',
  ouzel_dropped_records_total: 'kafka_stream_task_dropped_records_total',
  ouzel_buffered_records: 'kafka_stream_task_active_buffer_count',
  ouzel_node_processed_total: 'kafka_stream_processor_node_process_total',
  ouzel_records_consumed_total: 'kafka_stream_topic_records_consumed_total',
  ouzel_records_produced_total: 'kafka_stream_topic_records_produced_total',
  ouzel_restore_remaining_records: 'kafka_stream_task_restore_remaining_records_total',
  ouzel_consumer_lag_records: 'kafka_consumer_fetch_manager_records_lag',
};

/** Returns the families that existing dashboards know by another name, under that name. */
export function kafkaAliases(families: readonly MetricFamily[]): readonly MetricFamily[] {
  return families.flatMap((family) => {
    const alias = aliases[family.name];
    return alias === undefined ? [] : [{ ...family, name: alias, help: `${family.help} Same as ${family.name}.` }];
  });
}
