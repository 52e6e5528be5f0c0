import { TopologyError } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import type { StateStore } from '../state-store.js';
import { StoreBuilder, StoreSupplier, type TopicConfig } from '../store.js';
import type { StoreContract } from './store-contract.js';
import type { StoreKind, StoreSpec } from './store-kind.js';
import { storeSpec, type StoreSettings } from './store-spec.js';

/** A supplier with what it says. Options that it leaves out are those of the builder or operator that takes it. */
export class SuppliedStore<O extends object = object> extends StoreSupplier {
  constructor(
    readonly name: string,
    readonly kind: StoreKind<StateStore, O>,
    readonly options: Partial<O>,
    readonly persistent: boolean,
  ) {
    super();
  }
}

/** Returns the supplier with its kind. Throws OUZEL_TOPOLOGY when `Stores` did not make it. */
export function suppliedStore(supplier: StoreSupplier): SuppliedStore {
  if (supplier instanceof SuppliedStore) return supplier as SuppliedStore;
  throw new TopologyError('OUZEL_TOPOLOGY', { what: 'a store supplier must be made by Stores', where: `state store "${supplier.name}"` });
}

/** A builder with the store that it describes. */
class SpecifiedStoreBuilder<S, O extends object> extends StoreBuilder<S> {
  readonly spec: StoreSpec<O>;

  constructor(
    private readonly kind: StoreKind<StateStore, O>,
    private readonly settings: StoreSettings<O>,
  ) {
    super();
    this.spec = storeSpec(kind, settings);
  }

  get name(): string {
    return this.settings.name;
  }

  withCaching(on: boolean): this {
    return new SpecifiedStoreBuilder<S, O>(this.kind, { ...this.settings, caching: on }) as this;
  }

  withLogging(config: TopicConfig | false): this {
    return new SpecifiedStoreBuilder<S, O>(this.kind, { ...this.settings, logging: config }) as this;
  }
}

/** Returns what a builder describes, undefined for anything that is not a builder made by `Stores`. */
export function specOf(builder: unknown): StoreSpec | undefined {
  return builder instanceof SpecifiedStoreBuilder ? (builder.spec as StoreSpec) : undefined;
}

/** A builder of the supplied kind. Without more words a store of a processor is logged and not cached. */
export function storeBuilder<S>(supplier: StoreSupplier, options: object, key: Serde<unknown>, value: Serde<unknown>): StoreBuilder<S> {
  const { name, kind, options: supplied, persistent } = suppliedStore(supplier);
  return new SpecifiedStoreBuilder<S, object>(kind, { name, options: { ...options, ...supplied }, key, value, persistent });
}

/** `storeBuilder` for stores of one contract. Throws OUZEL_TOPOLOGY when the supplier is of another one. */
export function contractBuilder<S>(
  contract: StoreContract,
  supplier: StoreSupplier,
  options: object,
  key: Serde<unknown>,
  value: Serde<unknown>,
): StoreBuilder<S> {
  const { kind, name } = suppliedStore(supplier);
  if (kind.contract === contract) return storeBuilder(supplier, options, key, value);
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: `the supplier makes a ${kind.name}, which this builder does not build`,
    where: `state store "${name}"`,
    help: 'Take the supplier and the builder of one kind from Stores.',
  });
}
