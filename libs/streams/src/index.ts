export { Headers, type Header } from '@ouzel/core';
export type { Serde } from './serdes/serde.js';
export { serdes, type Serdes } from './serdes/serdes.js';
export type { JsonOptions } from './serdes/json-serde.js';
export type { StandardSchema } from './serdes/standard-schema.js';
export type { WindowedSerde } from './serdes/windowed-serdes.js';
export type { Duration } from '@ouzel/core';
export { StreamRecord, type RecordContext, type RecordMetadata } from './record/record.js';

export { StreamsBuilder, type GlobalStoreOptions, type TableSourceOptions } from './dsl/streams-builder.js';
export { Topology, type TopologySinkOptions, type TopologySourceOptions } from './dsl/topology.js';
export {
  KStream,
  BranchedKStream,
  RoutedKStream,
  type RoutedValue,
  KTable,
  GlobalKTable,
  KGroupedStream,
  KGroupedTable,
  TimeWindowedKStream,
  SessionWindowedKStream,
  CogroupedKStream,
  type TimeWindowedCogroupedKStream,
  type SessionWindowedCogroupedKStream,
} from './dsl/streams-and-tables.js';
export type {
  BranchOptions,
  CallbackOptions,
  Consumed,
  ForeignKeyJoined,
  GlobalJoined,
  Grouped,
  Joined,
  Materialized,
  Named,
  PrintOptions,
  ProcessOptions,
  Produced,
  Repartitioned,
  ReplacedBranch,
  Stored,
  StreamJoined,
  ToTableOptions,
} from './dsl/options/index.js';

export type { ValueMapper, Predicate, Initializer, Aggregator, Reducer, Merger, Joiner } from './operators/callbacks.js';
export type { AsyncOptions } from './operators/async-map-values.js';
export type { RetryOptions } from './operators/retry.js';
export type { EventType } from './operators/route.js';

export type { StreamPartitioner, TopicNameExtractor, OffsetReset } from './topology/plan.js';
export { timestamps, type TimeBounds, type TimestampExtractor } from './processor/timestamps.js';

export {
  TimeWindow,
  SlidingWindow,
  SessionWindow,
  JoinWindow,
  Suppression,
  tumbling,
  hopping,
  unlimited,
  sliding,
  session,
  within,
  untilWindowCloses,
  untilTimeLimit,
  type EmitStrategy,
  type BufferBounds,
  type GraceOptions,
  type SuppressionLogging,
} from './windows/index.js';

export type {
  Processor,
  FixedKeyProcessor,
  ValueTransformer,
  ProcessorSupplier,
  Supplier,
  FixedKeyProcessorSupplier,
  ValueTransformerSupplier,
  ProcessingContext,
  ProcessorContext,
  FixedKeyProcessorContext,
  PunctuationType,
  Cancellable,
} from './processor/processor.js';

export { Stores } from './state/stores.js';
export type { SessionStoreOptions } from './state/session/session-stores.js';
export type { VersionedStoreOptions } from './state/versioned/versioned-stores.js';
export type { WindowStoreOptions } from './state/window/window-stores.js';
export {
  StoreSupplier,
  StoreBuilder,
  type TopicConfig,
  type Window,
  type Windowed,
  type Entry,
  type ScanOptions,
  type KeyValueStore,
  type ValueAndTimestamp,
  type TimestampedKeyValueStore,
  type WindowStore,
  type SessionStore,
  type VersionedRecord,
  type VersionedKeyValueStore,
} from './state/store.js';

export {
  errorCodes,
  asError,
  OuzelError,
  TopologyError,
  SerdeError,
  ValidationError,
  StateError,
  FaultsError,
  type Fault,
  type ErrorCode,
  type ErrorParts,
  type ValidationIssue,
} from '@ouzel/core';

export { KafkaStreams, type CloseOptions } from './kafka-streams.js';
export {
  createRecordProducer,
  createRecordWriter,
  topicSerdes,
  type RecordProducerConfig,
  type RecordProducerOptions,
} from './create-record-producer.js';
export { RecordProducer, type OutgoingRecord, type UndeclaredTopic } from './producing/record-producer.js';
export type { KeyOf, SerdesByTopic, TopicSerdes, ValueOf } from './producing/topic-serdes.js';
export type { EncodedRecord, RecordWriter } from './producing/record-writer.js';
export { storesOf, type DeclaredStore } from './stores-of.js';
export type { QueriedClient } from './runtime/client/queried-client.js';
export { resetApplication, type ApplicationTopics, type ResetOptions, type ResetReport, type ResetTo } from './reset-application.js';
export { topologyLock } from './locked-topology.js';
export { compareLocks, lockText, parseLock } from './topology/lock/index.js';
export type {
  LockChange,
  LockEffect,
  LockedGlobalStore,
  LockedOption,
  LockedStore,
  LockedSubTopology,
  LockedTopic,
  TopologyLock,
} from './topology/lock/index.js';
export { openDriver, type OpenDriverOptions } from './open-driver.js';
export { changelogReader, type ChangelogReader, type ChangelogRow } from './store-changelog-reader.js';
export { openDeadLetters } from './open-dead-letters.js';
export {
  DeadLetters,
  type DeadLetter,
  type DeadLetterDetails,
  type DeadLetterFilter,
  type LetterPlace,
  type ListDeadLetters,
  type RecordPlace,
  type ReplayDeadLetters,
  type ReplayedLetter,
  type ReplayReport,
  type ShownHeader,
  type UnreplayedLetter,
} from './dead-letters/index.js';
export type { StreamsConfig, ResolvedConfig, TopologyConfig, KafkaProperties } from './config/streams-config.js';
export { fromKafkaProperties } from './config/kafka-properties.js';
export { streamsSettings } from './config/settings/index.js';
export { metricsSettings, type MetricsConfig } from './config/settings/metrics.js';
export { resolveConfigWith } from './config/resolve-config.js';
export { hideSecrets } from './config/hide-secrets.js';
export type { ProducerConfig, ConsumerConfig } from './config/settings/clients.js';
export type { QueriesConfig, QueryListenConfig, QueryTlsConfig } from './config/settings/queries.js';
export type { UncaughtHandler, UncaughtVerdict } from './config/settings/errors.js';
export { Secret, type Clock, type Random } from '@ouzel/core';
export type { IsolationWord, OptimizationRule } from './config/readers.js';
export type { State, StateListener } from './runtime/client/client-state.js';
export type {
  ApplicationStatus,
  TaskStatus,
  InputStatus,
  StoreStatus,
  StandbyStatus,
  StandbyStoreStatus,
} from './runtime/client/application-status.js';
export type { PendingCall } from './runtime/task/pending-call.js';
export type { UnprocessedInput } from './runtime/group/unprocessed-inputs.js';
export type { TaskLifecycle } from './runtime/lifecycle/managed-task.js';
export type { StandbyLifecycle } from './runtime/standby/standby-task.js';
export type { RestoreEvent } from './runtime/restore/restore-progress.js';
export type { DroppedRecord, DropReason } from './record/dropped.js';
export type {
  ErrorContext,
  RawRecord,
  Verdict,
  DeserializationHandler,
  ProcessingHandler,
  ProductionHandler,
} from './processor/error-handlers.js';
export { consoleLogger, silentLogger, type Logger } from '@ouzel/core';
export { durationMs } from '@ouzel/core';
export type { TracedRecord, TracedSend, Tracing, TracingFactory } from './processor/tracing.js';
export type { Metrics, MetricFamily, Sample } from './metrics/metric-family.js';
export { metricTable, type MetricDefinition, type MetricName, type MetricsLevel } from './metrics/metric-table.js';
export type { InstanceAnswer, InstanceInfo, InstanceStatus, KeyMetadata, KeyPlacement } from './runtime/client/instances.js';
export {
  StoreView,
  type Position,
  type PositionedRead,
  type ReadAnswer,
  type ReadOptions,
  type StaleAnswer,
  type StaleRead,
  type ViewScan,
  type ViewScanOptions,
  type ScanPlan,
  type StoreReach,
  type StoreQuery,
  type StoreQueries,
} from './state/kind/store-view.js';
export type { StoreKind, StoreSpec, StoreParts } from './state/kind/store-kind.js';
export type { LoggedRows, LoggedRowRange } from './state/kind/logged-rows.js';
export type { StoreContract } from './state/kind/store-contract.js';
export { keyValueContract } from './state/key-value/key-value-contract.js';
export { versionedContract } from './state/versioned/versioned-contract.js';
export type { QueryWire, WirePart } from './state/kind/query-wire.js';
export type { AnswerRead, StoredRecord } from './state/kind/point-read.js';
export type { ValueFormat } from './state/kind/value-codec.js';
export type { StateStore, StoreContext, ChangelogRecord, PlacedRecord, Resumed } from './state/state-store.js';
export type { RowCopies } from './state/rows/row-copies.js';
export { KeyValueStoreView } from './state/key-value/key-value-view.js';
export { WindowStoreView } from './state/window/window-view.js';
export { SessionStoreView } from './state/session/session-view.js';
export { VersionedStoreView } from './state/versioned/versioned-view.js';
export { StoreNotAvailableError, type Unavailability } from './query/store-not-available.js';

export { kafkajs } from '@ouzel/kafka/kafkajs';
export { embedded, type EmbeddedKafka, type EmbeddedOptions, type EmbeddedRecord, type EmbeddedTopic } from '@ouzel/kafka/embedded';
export { partitionOf } from '@ouzel/core';
export {
  DriverError,
  type KafkaConfig,
  type OauthToken,
  type SaslConfig,
  type TlsConfig,
  type KafkaConnection,
  type KafkaDriver,
  type Admin,
  type Producer,
  type ProducerRecord,
  type ConsumerRecord,
  type TopicPartition,
} from '@ouzel/kafka';
