// what topologies are written with
export {
  StreamTopology,
  Source,
  Table,
  GlobalTable,
  Filter,
  FilterNot,
  Map,
  MapValues,
  FlatMap,
  FlatMapValues,
  SelectKey,
  MapHeaders,
  Peek,
  ForEach,
  Merge,
  Branch,
  DefaultBranch,
  Count,
  Reduce,
  Aggregate,
  Cogroup,
  Join,
  LeftJoin,
  OuterJoin,
  Process,
  ProcessValues,
  Processor,
  AsyncMapValues,
  On,
  Retry,
  Punctuate,
  Value,
  ToTable,
  Repartition,
  To,
  Build,
  of,
  MemberRef,
} from './decorators/index.js';
export type {
  StreamTopologyOptions,
  ProcessorOptions,
  Upstream,
  Topics,
  Configurable,
  SerdeOptions,
  StreamOptions,
  StoreOptions,
  TableOptions,
  SourceOptions,
  TableSourceOptions,
  GlobalTableOptions,
  RepartitionOptions,
  ToOptions,
  CountOptions,
  ReduceOptions,
  AggregateOptions,
  CogroupOptions,
  FoldOptions,
  StreamJoinOptions,
  GlobalJoinOptions,
  ForeignKeyJoinOptions,
  KeyJoinOptions,
  OnOptions,
  PunctuateOptions,
  ProcessOptions,
  ProcessorStores,
  AsyncMapValuesOptions,
} from './decorators/index.js';
export type * as DecoratorTypes from './decorators/decorator-types.js';

// what providers hear of, and decide about
export {
  OnDeserializationError,
  OnDropped,
  OnProcessingError,
  OnProductionError,
  OnRestore,
  OnStateChange,
  OnUncaughtError,
  type HandlerOptions,
} from './decorators/handlers.js';

// what services and controllers inject
export { InjectProducer, InjectStore, InjectStreams } from './decorators/inject.js';
export { getOptionsToken, getProducerToken, getStoreToken, getStreamsToken } from './handles/tokens.js';
export { OuzelStreams, type AssembledApplication } from './handles/ouzel-streams.js';

// the module
export { StreamsCustomizer, type Customizer } from './module/customizers.js';
export { OuzelModule } from './module/ouzel.module.js';
export { assembledApplications, type UnstartedApplications } from './module/assembled-applications.js';
export type { UnstartedApplication } from './module/application-lifecycle.js';
export type {
  AllKeys,
  KnownOptions,
  NestedOf,
  NoOtherNames,
  OtherNames,
  OuzelModuleAsyncOptions,
  OuzelModuleExtras,
  OuzelModuleOptions,
} from './module/module-options.js';
export type { EndpointOptions } from './module/module-settings.js';
export type { StreamsEndpointOptions } from './endpoints/endpoint-settings.js';
export { DecoratorError, type DecoratorFault } from './explorer/decorator-error.js';

// health, metrics, errors over HTTP
export { OuzelHealth, type HealthSnapshot } from './health/ouzel-health.js';
export { OuzelHealthIndicator } from './health/ouzel-health-indicator.js';
export type { HealthReport, HealthEntry } from './health/health-report.js';
export type { Probe, Probes } from './health/probes.js';
export type { MetricsOptions } from './metrics/metrics-options.js';
export { OuzelMetrics } from './metrics/ouzel-metrics.js';
export { StoreNotAvailableException, type StoreNotAvailableBody } from './http/store-not-available-exception.js';
export { StoreNotAvailableFilter } from './http/store-not-available-filter.js';
