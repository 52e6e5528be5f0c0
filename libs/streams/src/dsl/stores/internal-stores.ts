import type { Serde } from '../../serdes/serde.js';
import type { OperatorStore } from '../../state/operator-stores.js';
import type { StateStoreSpec } from '../../state/state-store.js';
import type { TopicConfig } from '../../state/store.js';
import { resolveSerde, type SerdeRef, type StoreDeclaration } from '../../topology/declarations.js';

/** Stores that only one operator understands: buffers and lists. */
export interface InternalStoreRequest {
  readonly name: string;
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  readonly logging: boolean | TopicConfig;
  make(store: OperatorStore<any> & { readonly value: Serde<any> }): StateStoreSpec;
}

export function declareInternal(request: InternalStoreRequest): StoreDeclaration {
  const { name, key, value, logging } = request;
  return {
    name,
    identity: request,
    needs: [
      { of: 'key', serde: key },
      { of: 'value', serde: value },
    ],
    spec: (defaults) => {
      const serdes = { key: resolveSerde(key, defaults.key)!, value: resolveSerde(value, defaults.value)! };
      return request.make({ name, ...serdes, logging: logging === true ? {} : logging });
    },
  };
}
