import type { GlobalKTable, KGroupedStream, KStream, KTable, Materialized, Serde, StoreBuilder, StreamsBuilder } from '@ouzel/streams';

/** What others can come after. */
export type Face = KStream<any, any> | KTable<any, any> | GlobalKTable<any, any>;

/** One stream of a `@Cogroup`, and how it is folded into the table. Only that table comes after it. */
export class Fold {
  constructor(
    readonly group: KGroupedStream<any, any>,
    readonly add: (...args: any[]) => any,
  ) {}
}

/** What is known of how the records of a member can be written down. */
export interface Serdes {
  readonly key: Serde<any> | undefined;
  readonly value: Serde<any> | undefined;
}
export const noSerdes: Serdes = { key: undefined, value: undefined };

/** A member that its DSL call has been made for. */
export interface BuiltMember {
  /** Undefined where nothing comes after. */
  readonly face: Face | Fold | undefined;
  readonly serdes: Serdes;
  /** The face as stream: a table's changes, by one `toStream` that all who ask share. Undefined where there are none. */
  readonly stream: () => KStream<any, any> | undefined;
}

/** Stores of a processor: those that are there, and those that it brings along. */
export interface ConnectedStores {
  readonly names: readonly string[];
  readonly builders: readonly StoreBuilder[];
}

/** Everything that the DSL call of one member needs, with functions of the config resolved. */
export interface OperatorCall {
  readonly builder: StreamsBuilder;
  /** The decorated method. */
  readonly fn: (...args: any[]) => any;
  readonly topic: any;
  readonly options: Readonly<Record<string, any>>;
  readonly upstreams: readonly (Face | Fold)[];
  stream(at: number): KStream<any, any>;
  serdes(at: number): Serdes;
  /** Name of the member's node, or of a part of it. */
  name(part?: 'by' | 'suppress' | 'stream' | 'to'): string;
  /** Name of the member's store, or its supplier: as the options say, else by the member's name. */
  store(): NonNullable<Materialized['store']>;
  /** Makes the processors of the member's tasks; for `@Process` and `@ProcessValues`. */
  processors(): () => any;
  /** Stores that a processor is connected to. */
  stores(): ConnectedStores;
  /** The branch of a split that this member is. */
  branch(): KStream<any, any>;
  /** What stops the call with a fault of this member. */
  fault(what: string, help: string): Error;
}

/** Leaves out what was not said, so that the DSL's own defaults hold. */
export function given<T extends object>(options: T): { [P in keyof T]: Exclude<T[P], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [P in keyof T]: Exclude<T[P], undefined>;
  };
}
