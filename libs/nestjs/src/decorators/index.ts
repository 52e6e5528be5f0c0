export { StreamTopology, type StreamTopologyOptions } from './stream-topology.js';
export { of, MemberRef, type Upstream } from './upstream.js';
export { Source, Table, GlobalTable, type Topics } from './source.js';
export { Filter, FilterNot, Map, MapValues, FlatMap, FlatMapValues, SelectKey, MapHeaders, Peek, ForEach, Branch } from './stateless.js';
export { DefaultBranch, Merge, Repartition, ToTable } from './derived.js';
export { Count, Reduce, Aggregate } from './aggregate.js';
export { Cogroup } from './cogroup.js';
export { Join, LeftJoin, OuterJoin } from './join.js';
export { Process, ProcessValues } from './process.js';
export { Processor, type ProcessorOptions } from './processor.js';
export { On } from './on.js';
export { Retry } from './retry.js';
export { Punctuate, type PunctuateOptions } from './punctuate.js';
export { Value } from './value.js';
export { AsyncMapValues } from './async-map-values.js';
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
  ProcessOptions,
  ProcessorStores,
  AsyncMapValuesOptions,
} from './options.js';
