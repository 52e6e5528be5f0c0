import type { Materialized, StoreBuilder, StreamsBuilder } from '@ouzel/streams';
import type { SourceTopics } from '../options/option-readers.js';
import type { OperatorOptions } from '../options/operator-options.js';
import type { AnyGlobalTable, AnyGroup, AnyRoutes, AnySerde, AnyStream, AnyTable, UserFunction } from '../../decorators/untyped.js';

/** A member that others can have as their upstream. */
export type StreamOrTable = AnyStream | AnyTable | AnyGlobalTable;

/** One stream of a `@Cogroup`, and how it is folded into the table. Only that table comes after it. */
export class Fold {
  constructor(
    readonly group: AnyGroup,
    readonly add: UserFunction,
  ) {}
}

/** The serdes of what a member carries, as far as its options or those of its upstreams say. */
export interface Serdes {
  readonly key: AnySerde | undefined;
  readonly value: AnySerde | undefined;
}
export const noSerdes: Serdes = { key: undefined, value: undefined };

/** Stores of a processor: names of those that exist, and builders of those that it brings along. */
export interface ConnectedStores {
  readonly names: readonly string[];
  readonly builders: readonly StoreBuilder[];
}

/** The parts of a member that have nodes of their own. */
export type NodePart = 'by' | 'on' | 'suppress' | 'stream' | 'to';

/** Everything that the DSL call of one member needs. */
export interface OperatorCall {
  readonly builder: StreamsBuilder;
  /** The decorated method. A member that is a property has none. */
  readonly method: UserFunction;
  /** The topics of a source, or the topic of a sink. */
  readonly topics: SourceTopics | undefined;
  readonly options: OperatorOptions;
  /** The upstreams of the member, in the order of the decorator. */
  readonly upstreams: readonly (StreamOrTable | Fold)[];
  /** Returns an upstream as a stream: for a table its changes. */
  stream(at: number): AnyStream;
  serdes(at: number): Serdes;
  /** Returns the name of the member's node, or of a part of it. */
  name(part?: NodePart): string;
  /** Returns the name of the member's store, or its supplier: as the options say, else by the member's name. */
  store(): NonNullable<Materialized['store']>;
  /** Returns a function that makes the processor of a task. */
  processors(): () => object | Promise<object>;
  /** Returns the stores that a processor is connected to. */
  stores(): ConnectedStores;
  /** Returns the router that this member is behind. */
  routes(): AnyRoutes;
  /** Returns the branch of a split that this member is. */
  branch(): AnyStream;
  /** Makes a fault of this member. */
  fault(what: string, help: string): Error;
}

/** Returns a clause for messages: `store and caching have no effect`. */
export function noEffect(options: readonly string[]): string {
  return `${options.join(' and ')} ${options.length === 1 ? 'has' : 'have'} no effect`;
}
