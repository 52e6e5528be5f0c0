import { SerdeError, VarintReader, writeVarint, type Headers } from '@ouzel/core';
import { deserialized, serdeName, serialized, type Serde } from './serde.js';

/** Former and new value of one row of a table. */
interface Changed<V> {
  readonly newValue: V | null;
  readonly oldValue: V | null;
  readonly isLatest: boolean;
}

/**
 * The values in the repartition topic of KTable.groupBy (ChangedSerializer, KIP-904); the last byte says what is there:
 *
 *   old value | 0
 *   new value | 1
 *   length of the new value, varint | new value | old value | 2
 *   the same three with `is latest`, int8, before the last byte 3, 4, 5 (read only)
 */
export function changed<V>(inner: Serde<V>): Serde<Changed<V>> {
  return {
    name: `change(${serdeName(inner)})`,
    serialize: ({ newValue, oldValue }, topic, headers) => {
      const encode = (value: V | null) => (value === null ? null : serialized(inner, value, topic, headers));
      return joined(encode(newValue), encode(oldValue));
    },
    deserialize: (bytes, topic, headers) => parsed(inner, bytes, topic, headers),
  };
}

function joined(newValue: Buffer | null, oldValue: Buffer | null): Buffer {
  if (newValue === null && oldValue === null) throw new SerdeError({ what: 'a change has neither a former nor a new value' });
  if (newValue === null) return Buffer.concat([oldValue!, Buffer.of(0)]);
  if (oldValue === null) return Buffer.concat([newValue, Buffer.of(1)]);
  const length = Buffer.allocUnsafe(5);
  return Buffer.concat([length.subarray(0, writeVarint(length, newValue.length, 0)), newValue, oldValue, Buffer.of(2)]);
}

function parsed<V>(inner: Serde<V>, bytes: Buffer, topic: string, headers: Headers): Changed<V> {
  const flag = bytes.length === 0 ? -1 : bytes[bytes.length - 1]!;
  const hasLatest = flag > 2;
  if (flag < 0 || flag > 5 || (hasLatest && bytes.length < 2)) throw new SerdeError({ what: 'these bytes are not a change of a table' });
  const isLatest = !hasLatest || bytes[bytes.length - 2] === 1;
  const body = bytes.subarray(0, bytes.length - (hasLatest ? 2 : 1));
  const decode = (part: Buffer) => deserialized(inner, part, topic, headers);
  switch (flag % 3) {
    case 0:
      return { newValue: null, oldValue: decode(body), isLatest };
    case 1:
      return { newValue: decode(body), oldValue: null, isLatest };
    default: {
      const reader = new VarintReader(body);
      const length = reader.varint();
      const next = reader.at;
      if (length < 0 || next + length > body.length) throw new SerdeError({ what: 'a change of a table is cut off' });
      return { newValue: decode(body.subarray(next, next + length)), oldValue: decode(body.subarray(next + length)), isLatest };
    }
  }
}
