/** What the test kit needs of the engine; no public interface. */
export { systemClock, systemRandom, type Clock, type Random, type Cancel } from './clock/index.js';
export { durationMs } from './config/duration.js';
export { silentLogger } from './config/logger.js';
export type * from './kafka/driver.js';
export { DriverError } from './kafka/driver.js';
export { AtLeastOnce } from './runtime/commit/at-least-once.js';
export { resolveConfig, type ResolvedConfig } from './runtime/streams-config.js';
export { matches } from './runtime/task/node-graph.js';
export { decodeOffsetMetadata, encodeOffsetMetadata, type OffsetMetadata } from './runtime/task/offset-metadata.js';
export type { StreamTask } from './runtime/task/stream-task.js';
export { TaskAssembly, type TaskEnvironment, type TaskInput } from './runtime/task/task-assembly.js';
export type { PartitionCounts } from './runtime/partition-counts.js';
export { RecordCache } from './state/record-cache.js';
export type { StateStore, StateStoreSpec, StoreKind } from './state/state-store.js';
export { planFor } from './topology/application-plan.js';
export type { ApplicationPlan, GlobalPlan, InternalTopic, NodeSpec, SourceSpec, StorePlan, SubTopology } from './topology/plan.js';
export { plannedOf } from './dsl/topology.js';
