import { durationMs, TopologyError, type Duration } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import { contractBuilder, SuppliedStore } from '../kind/store-supplier.js';
import type { StoreBuilder, StoreSupplier, ValueAndTimestamp, WindowStore } from '../store.js';
import { windowContract } from './window-contract.js';
import { windowKind } from './window-kind.js';
import type { WindowOptions } from './window-options.js';

export interface WindowStoreOptions {
  /** How long windows are kept; at least their size. */
  retention: Duration;
  size: Duration;
  /** Keeps several values under one key and start: sides of a stream join. Default: false. */
  retainDuplicates?: boolean;
}

function supplier(name: string, { retention, size, retainDuplicates = false }: WindowStoreOptions, persistent: boolean): StoreSupplier {
  const options = {
    values: 'plain',
    retentionMs: durationMs(retention, 'retention'),
    sizeMs: durationMs(size, 'size'),
    retainDuplicates,
  } as const;
  const fault = windowKind.fault?.(options);
  if (fault !== undefined) throw new TopologyError('OUZEL_TOPOLOGY', { ...fault, where: `state store "${name}"` });
  const { retentionMs, sizeMs } = options;
  return new SuppliedStore<WindowOptions>(name, windowKind, { retentionMs, sizeMs, retainDuplicates }, persistent);
}

/** Suppliers and builders of window stores. */
export const windowStores = {
  /** In the task's database. */
  persistentWindowStore: (name: string, options: WindowStoreOptions): StoreSupplier => supplier(name, options, true),
  inMemoryWindowStore: (name: string, options: WindowStoreOptions): StoreSupplier => supplier(name, options, false),
  /** A store of values. */
  windowStoreBuilder: <K, V>(supplier: StoreSupplier, key: Serde<K>, value: Serde<V>): StoreBuilder<WindowStore<K, V>> =>
    contractBuilder(windowContract, supplier, { values: 'plain' }, key, value),
  /** A store of values with timestamps. */
  timestampedWindowStoreBuilder: <K, V>(
    supplier: StoreSupplier,
    key: Serde<K>,
    value: Serde<V>,
  ): StoreBuilder<WindowStore<K, ValueAndTimestamp<V>>> => contractBuilder(windowContract, supplier, { values: 'timestamped' }, key, value),
};
