export { StreamTopology, type StreamTopologyOptions } from './stream-topology.js';
export { of, MemberRef, type Upstream } from './upstream.js';
export { Source, Table, type Topics } from './source.js';
export { Filter, FilterNot, Map, MapValues, FlatMap, FlatMapValues, SelectKey, Peek, ForEach, Branch } from './stateless.js';
export { DefaultBranch, Merge, Repartition, ToTable } from './derived.js';
export { Count, Reduce, Aggregate } from './aggregate.js';
export { To } from './to.js';
export { Build } from './build.js';
export type {
  Configurable,
  SerdeOptions,
  StreamOptions,
  StoreOptions,
  TableOptions,
  SourceOptions,
  TableSourceOptions,
  RepartitionOptions,
  ToOptions,
  CountOptions,
  ReduceOptions,
  AggregateOptions,
} from './options.js';
