export { partitionName, recordPlace, type TopicPartition } from './topic-partition.js';
export { PartitionMap } from './partition-map.js';
export { DriverError, asDriverError, notAllowed, type FailureKind } from './failures.js';
export type { ConsumerRecord, BlockRecord, ProducerRecord, Delivery } from './records.js';
export type {
  TopicDescription,
  NewTopic,
  Isolation,
  OffsetQuery,
  PartitionOffset,
  CommittedOffset,
  MemberDescription,
  GroupListing,
  Admin,
} from './admin.js';
export type { FetcherOptions, Fetched, Fetcher } from './fetcher.js';
export type { Compression, ProducerOptions, WritePermit, OffsetCommit, GroupIdentity, Producer, HeldRecords } from './producer.js';
export {
  defaultTransactionTimeoutMs,
  isTransactional,
  type TransactionalProducerOptions,
  type TransactionalProducer,
} from './transactional-producer.js';
export type {
  MemberOptions,
  Subscription,
  MemberSubscription,
  Assignment,
  GroupListener,
  GroupMember,
  MembershipAtEnd,
} from './group-member.js';
export type { KafkaDriver, KafkaConnection } from './driver.js';
export { HeldCopies } from './held-copies.js';
export { readRecords, type OffsetRange, type ReadOptions } from './read-records.js';
export {
  hideKafkaSecrets,
  kafkaSettings,
  resolveKafkaConfig,
  type KafkaConfig,
  type Provided,
  type ResolvedKafkaConfig,
  type ResolvedSasl,
  saslMechanisms,
  type SaslMechanisms,
  type OauthToken,
  type SaslConfig,
  type TlsConfig,
} from './kafka-config.js';
