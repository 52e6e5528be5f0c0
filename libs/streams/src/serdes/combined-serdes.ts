import { SerdeError } from '@ouzel/core';
import { serdeName, type Serde } from './serde.js';

/** Null only; its bytes are null too, which Kafka writes without calling the serde. */
export const nothing: Serde<null> = {
  name: 'void',
  immutable: true,
  serialize: () => Buffer.alloc(0),
  deserialize(bytes) {
    if (bytes.length > 0) throw new SerdeError({ what: `nothing was expected, ${bytes.length} bytes were found` });
    return null;
  },
};

/** Says in the types that a key or value may be null. Null never reaches the inner serde. */
export function nullable<T>(inner: Serde<T>): Serde<T | null> {
  return {
    name: serdeName(inner),
    immutable: inner.immutable === true,
    serialize: (value, topic, headers) => (value === null ? Buffer.alloc(0) : inner.serialize(value, topic, headers)),
    deserialize: (bytes, topic, headers) => inner.deserialize(bytes, topic, headers),
  };
}
