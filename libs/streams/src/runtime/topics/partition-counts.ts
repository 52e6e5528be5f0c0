/** The partition counts of topics, as far as this client knows them. */
export interface PartitionCounts {
  known(topic: string): number | undefined;
  /** Asks the cluster. Throws OUZEL_TOPIC_MISSING. */
  learn(topic: string): Promise<number>;
}
