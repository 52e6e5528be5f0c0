/**
 * The types by which a decorator checks the class, its member and the upstream. Programs rarely name them; the errors
 * of the compiler do.
 */
export type { Combines, Counted, Folds } from './aggregate.js';
export type { Asynchronous, MakesValueLater } from './async-map-values.js';
export type { Argument, Arguments, Builds, Owners, UpstreamTypes } from './build.js';
export type { Cogrouped, Folded, KeyOfRows, KeyOfTable } from './cogroup.js';
export type { MergedStream, SameStream, SameTable, StreamOf, TableOf } from './derived.js';
export type {
  ByFoundKey,
  ByKey,
  Finds,
  FindsKey,
  JoinMethod,
  SameKey,
  StreamWithGlobalTable,
  StreamWithStream,
  TablesByForeignKey,
  WithTable,
} from './join.js';
export type { Declared, MemberDecorator, MethodFor, OperatorDecorator, Shape, Synchronous } from './operator.js';
export type { FunctionOf, HandlerDecorator, Hears } from './handlers.js';
export type { DeclaredPart, HandlesEvent, OnDecorator, RouteFrom, RouteOwner, TakesPart } from './on.js';
export type { PunctuateDecorator, Punctuates } from './punctuate.js';
export type { GroupedOptions, JoinSerdes, StreamOrTableOptions, Windows } from './options.js';
export type { ByClass, ByMethod, Processes, ProcessesValues, Takes, ValuesByClass } from './process.js';
export type { GroupKey, Grouping, RowKey } from './row-key.js';
export type { PropertyOf } from './source.js';
export type { Acts, Decides, MakesHeaders, MakesKey, MakesPair, MakesPairs, MakesValue, MakesValues } from './stateless.js';
export type { Ends, NamesTopic, NamesTopics } from './to.js';
export type {
  AnyCogroup,
  AnyConsumed,
  AnyFixedKeyProcessor,
  AnyFixedKeyProcessorContext,
  AnyGlobalTable,
  AnyGroup,
  AnyMaterialized,
  AnyPartitioner,
  AnyProcessor,
  AnyProcessorContext,
  AnyRegroupedTable,
  AnyRoutes,
  AnySerde,
  AnySessionWindowed,
  AnyStream,
  AnyStreamJoined,
  AnyTable,
  AnyTimeWindowed,
  ModuleConfig,
  Unchecked,
  UserFunction,
} from './untyped.js';
export type { KeyOf, OperatorMethod, Owner, OwnerOfRef, RecordOf, StreamOrTable, UpstreamOf, ValueOf } from './upstream.js';
