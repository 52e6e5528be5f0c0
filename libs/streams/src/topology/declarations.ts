import type { ProcessorNode } from '../processor/node.js';
import type { Serde } from '../serdes/serde.js';
import type { StoreSpec } from '../state/kind/store-kind.js';
import type { SinkSpec, SourceSpec } from './plan.js';

/** The settings of the application that apply where a topology has none. */
export interface PlanDefaults {
  readonly applicationId: string;
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  readonly storeType: 'persistent' | 'in-memory';
  readonly storeFormat: 'plain' | 'headers';
  readonly emitIntervalMs: number;
  readonly outerJoinEmitIntervalMs: number;
  /** The oldest release of Kafka Streams that still reads what is written. */
  readonly upgradeFrom: string | undefined;
}

/** A serde around another one, which may be the default of the application: windowed keys, changes of tables. */
export class DerivedSerde {
  constructor(
    readonly inner: SerdeRef,
    private readonly derive: (inner: Serde<unknown>) => Serde<unknown>,
  ) {}

  around(inner: Serde<unknown>): Serde<unknown> {
    return this.derive(inner);
  }
}

/** Undefined: the default of the application. */
export type SerdeRef = Serde<unknown> | DerivedSerde | undefined;

/** `derive` of the serde, now or as soon as the defaults are known. */
export function derivedSerde(inner: SerdeRef, derive: (inner: Serde<unknown>) => Serde<unknown>): SerdeRef {
  return inner === undefined || inner instanceof DerivedSerde ? new DerivedSerde(inner, derive) : derive(inner);
}

/** The serde itself, or undefined where there is neither one nor a default. */
export function resolveSerde(ref: SerdeRef, fallback: Serde<unknown> | undefined): Serde<unknown> | undefined {
  if (!(ref instanceof DerivedSerde)) return ref ?? fallback;
  const inner = resolveSerde(ref.inner, fallback);
  return inner === undefined ? undefined : ref.around(inner);
}

/** A serde that a node or store can not do without: its own, or else the default for keys or values. */
export interface SerdeNeed {
  readonly of: 'key' | 'value';
  readonly serde: SerdeRef;
}

/** A processor before the defaults of an application are known. */
export interface ProcessorDeclaration {
  readonly kind: 'processor';
  readonly name: string;
  readonly parents: readonly string[];
  readonly needs: readonly SerdeNeed[];
  create(defaults: PlanDefaults): ProcessorNode | Promise<ProcessorNode>;
}

/** A source or sink before the defaults of an application are known. */
export type SourceDeclaration = Omit<SourceSpec, 'key' | 'value'> & { readonly key: SerdeRef; readonly value: SerdeRef };
export type SinkDeclaration = Omit<SinkSpec, 'key' | 'value' | 'partitioner'> & {
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  /**
   * 'inner-key': by the key inside where the key is windowed, so that a window stands in the partition of its key
   * (WindowedStreamPartitioner).
   */
  readonly partitioner: SinkSpec['partitioner'] | 'inner-key';
};
export type NodeDeclaration = SourceDeclaration | ProcessorDeclaration | SinkDeclaration;

/** A store before the defaults of an application are known. */
export interface StoreDeclaration {
  readonly name: string;
  readonly needs: readonly SerdeNeed[];
  /** Two declarations of one name are the same store when they have the same identity. */
  readonly identity: object;
  spec(defaults: PlanDefaults): StoreSpec;
}
