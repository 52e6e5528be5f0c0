import { duration, integer, oneOf, setting, texts } from '@ouzel/core/settings';

/** The longest time that can be added to the retention of a topic, ms. */
const hundredYears = 36_500 * 86_400_000;

export const topicsSettings = {
  /**
   * Where a partition is read from that has no committed offset, or whose offset Kafka no longer has. 'none': the
   * client stops.
   *
   * @defaultValue 'earliest'
   */
  offsetReset: setting(oneOf('earliest', 'latest', 'none'), 'earliest', 'auto.offset.reset'),
  /**
   * How long the start waits for source and sink topics that do not exist.
   *
   * @defaultValue 0
   */
  waitForTopics: setting(duration(), 0),
  /**
   * Replicas of internal topics. -1: the default of the broker.
   *
   * @defaultValue -1
   */
  replicationFactor: setting(integer(-1, 32_767), -1, 'replication.factor'),
  /**
   * Configuration of internal topics, by Kafka's names, over what their kind needs.
   *
   * @defaultValue {}
   */
  topicConfig: setting(texts, {}),
  /**
   * How much longer than its windows the changelog of a windowed store keeps its records.
   *
   * @defaultValue 1d
   */
  windowChangelogExtraRetention: setting(duration(0, hundredYears), 86_400_000, 'windowstore.changelog.additional.retention.ms'),
  /**
   * How often records of repartition topics that were processed are deleted.
   *
   * @defaultValue 30s
   */
  repartitionPurgeInterval: setting(duration(1), 30_000, 'repartition.purge.interval.ms'),
};
