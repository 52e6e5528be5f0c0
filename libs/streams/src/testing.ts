/**
 * The parts of the engine that `@ouzel/testing` is built on. Unstable: it may change in any release, so
 * `@ouzel/testing` depends on exactly one version of this package. It is not part of the API reference.
 *
 * @packageDocumentation
 */
export { systemClock, systemRandom, type Clock, type Random, type Cancel } from '@ouzel/core';
export { durationMs } from '@ouzel/core';
export { silentLogger } from '@ouzel/core';
export type * from '@ouzel/kafka';
export { DriverError, PartitionMap } from '@ouzel/kafka';
export { HeldCopies } from '@ouzel/kafka';
export { AtLeastOnce } from './runtime/commit/at-least-once.js';
export { resolveConfig } from './config/resolve-config.js';
export type { ResolvedConfig } from './config/streams-config.js';
export { matches } from './runtime/topics/source-topics.js';
export { decodeOffsetMetadata, encodeOffsetMetadata, type OffsetMetadata } from './runtime/task/offset-metadata.js';
export type { StreamTask } from './runtime/task/stream-task.js';
export { OpenTask, type TaskInput } from './runtime/task/open-task.js';
export { Meters } from './metrics/meters.js';
export type { TaskEnvironment } from './runtime/task/task-environment.js';
export type { PartitionCounts } from './runtime/topics/partition-counts.js';
export { RecordCache } from './state/cache/record-cache.js';
export { RowCache } from './state/cache/row-cache.js';
export type { StateStore } from './state/state-store.js';
export type { StoreContract } from './state/kind/store-contract.js';
export { keyValueContract } from './state/key-value/key-value-contract.js';
export { windowContract } from './state/window/window-contract.js';
export { sessionContract } from './state/session/session-contract.js';
export { versionedContract } from './state/versioned/versioned-contract.js';
export { openView } from './query/open-view.js';
export { LocalReplica } from './query/local-replica.js';
export type { StoreAccess } from './query/store-replica.js';
export { planFor } from './topology/application-plan.js';
export { globalSubTopology } from './runtime/global/global-sub-topology.js';
export type { ApplicationPlan, GlobalPlan, InternalTopic, NodeSpec, SourceSpec, StorePlan, SubTopology } from './topology/plan.js';
export { plannedOf } from './dsl/topology.js';
export { BatchBuilder, batchesIn } from '@ouzel/kafka/records';
export type { ChangelogRecord } from './state/state-store.js';
