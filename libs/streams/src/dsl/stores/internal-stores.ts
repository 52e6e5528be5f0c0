import { TopologyError } from '../../errors/index.js';
import type { StoreKind } from '../../state/state-store.js';
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
    spec: (defaults) => ({
      name,
      key: resolveSerde(key, defaults.key)!,
      kind,
      persistent,
      caching: false,
      logging: logging === true ? {} : logging,
      retentionMs: undefined,
      retainDuplicates: false,
      create() {
        throw new TopologyError('OUZEL_TOPOLOGY', { what: `the store "${name}" can not be made yet` });
      },
    }),
  };
}
