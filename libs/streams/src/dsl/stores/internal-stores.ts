import { TopologyError } from '../../errors/index.js';
import type { Serde } from '../../serdes/serde.js';
import type { OperatorStore } from '../../state/operator-stores.js';
import type { StateStoreSpec, StoreKind } from '../../state/state-store.js';
import type { TopicConfig } from '../../state/store.js';
import { resolveSerde, type SerdeRef, type StoreDeclaration } from '../../topology/declarations.js';

/** Stores that only one operator understands: buffers and lists. */
export interface InternalStoreRequest {
  readonly name: string;
  readonly kind: StoreKind;
  readonly persistent: boolean;
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  readonly logging: boolean | TopicConfig;
  /** Undefined: it can not be made yet. */
  make?(store: OperatorStore<any> & { readonly value: Serde<any> }): StateStoreSpec;
}

export function declareInternal(request: InternalStoreRequest): StoreDeclaration {
  const { name, kind, persistent, key, value, logging } = request;
  return {
    name,
    identity: request,
    needs: [
      { of: 'key', serde: key },
      { of: 'value', serde: value },
    ],
    spec: (defaults) => {
      const serdes = { key: resolveSerde(key, defaults.key)!, value: resolveSerde(value, defaults.value)! };
      const given = logging === true ? {} : logging;
      return request.make?.({ name, ...serdes, logging: given }) ?? notYet({ name, key: serdes.key, kind, persistent, logging: given });
    },
  };
}

function notYet(kept: Pick<StateStoreSpec, 'name' | 'key' | 'kind' | 'persistent' | 'logging'>): StateStoreSpec {
  return {
    ...kept,
    caching: false,
    retentionMs: undefined,
    retainDuplicates: false,
    create() {
      throw new TopologyError('OUZEL_TOPOLOGY', { what: `the store "${kept.name}" can not be made yet` });
    },
  };
}
