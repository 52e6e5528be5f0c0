import { TopologyError } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import type { StateStore } from '../state-store.js';
import type { TopicConfig } from '../store.js';
import type { StoreKind, StoreSpec } from './store-kind.js';

/** How one store of a kind is kept. */
export interface StoreSettings<O extends object> {
  readonly name: string;
  readonly options: O;
  readonly key: Serde<unknown>;
  readonly value: Serde<unknown>;
  /** Default: true. */
  readonly persistent?: boolean;
  /** Default: false. Has no effect on a kind that cannot be cached. */
  readonly caching?: boolean;
  /** Default: a changelog with the configuration of the kind. */
  readonly logging?: TopicConfig | false;
  /** Default: plain. */
  readonly format?: 'plain' | 'headers';
}

/** Describes one store. Throws OUZEL_TOPOLOGY when the kind refuses the options. */
export function storeSpec<O extends object>(kind: StoreKind<StateStore, O>, settings: StoreSettings<O>): StoreSpec<O> {
  const { name, options, key, value, persistent = true, caching = false, logging = {}, format = 'plain' } = settings;
  const fault = kind.fault?.(options);
  if (fault !== undefined) throw new TopologyError('OUZEL_TOPOLOGY', { ...fault, where: `state store "${name}"` });
  return { name, kind, options, persistent, key, value, format, caching: caching && kind.cacheable === true, logging };
}
