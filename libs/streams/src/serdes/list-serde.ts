import { SerdeError, type Headers } from '@ouzel/core';
import { bigint, double, float, int, long, short } from './number-serdes.js';
import { deserialized, serdeName, serialized, type Serde } from './serde.js';
import { uuid } from './text-serdes.js';

/** Serdes whose values always have the same size: their lists need no lengths. */
const sizes = new Map<Serde<unknown>, number>([
  [short, 2],
  [int, 4],
  [long, 8],
  [bigint, 8],
  [float, 4],
  [double, 8],
  [uuid, 36],
]);

/**
 * A list of one kind of value; elements may be null (ListSerializer):
 *
 *   strategy, int8 = 1 (variable size) | count, int32 | ( length, int32, -1 for null | element )*
 *   strategy, int8 = 0 (fixed size)    | nulls, int32 | ( index of a null, int32 )* | count, int32 | element*
 *
 * With a fixed size, the count includes nulls, which take no bytes.
 */
export function list<T>(inner: Serde<T>): Serde<T[]> {
  const size = sizes.get(inner);
  const name = `list(${serdeName(inner)})`;
  return size === undefined
    ? {
        name,
        serialize: (values, topic, headers) => writeVariable(encode(inner, values, topic, headers)),
        deserialize: (bytes, topic, headers) => decode(inner, readVariable(bytes), topic, headers),
      }
    : {
        name,
        serialize: (values, topic, headers) => writeFixed(encode(inner, values, topic, headers)),
        deserialize: (bytes, topic, headers) => decode(inner, readFixed(bytes, size), topic, headers),
      };
}

function encode<T>(inner: Serde<T>, values: readonly T[], topic: string, headers: Headers): (Buffer | null)[] {
  return values.map((value) => (value === null ? null : serialized(inner, value, topic, headers)));
}

function decode<T>(inner: Serde<T>, elements: readonly (Buffer | null)[], topic: string, headers: Headers): T[] {
  return elements.map((element) => (element === null ? (null as T) : deserialized(inner, element, topic, headers)));
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function writeVariable(elements: readonly (Buffer | null)[]): Buffer {
  return Buffer.concat([
    Buffer.of(1),
    int32(elements.length),
    ...elements.flatMap((element) => (element === null ? [int32(-1)] : [int32(element.length), element])),
  ]);
}

function writeFixed(elements: readonly (Buffer | null)[]): Buffer {
  const nulls = elements.flatMap((element, index) => (element === null ? [int32(index)] : []));
  return Buffer.concat([
    Buffer.of(0),
    int32(nulls.length),
    ...nulls,
    int32(elements.length),
    ...elements.filter((element) => element !== null),
  ]);
}

function readVariable(bytes: Buffer): (Buffer | null)[] {
  return guarded(bytes, 1, () => {
    const elements: (Buffer | null)[] = [];
    let at = 5;
    for (let left = bytes.readInt32BE(1); left > 0; left--) {
      const length = bytes.readInt32BE(at);
      at += 4;
      elements.push(length < 0 ? null : slice(bytes, at, length));
      at += Math.max(0, length);
    }
    return elements;
  });
}

function readFixed(bytes: Buffer, size: number): (Buffer | null)[] {
  return guarded(bytes, 0, () => {
    const nulls = new Set<number>();
    const nullCount = bytes.readInt32BE(1);
    for (let i = 0; i < nullCount; i++) nulls.add(bytes.readInt32BE(5 + 4 * i));
    let at = 5 + 4 * nullCount;
    const count = bytes.readInt32BE(at);
    at += 4;
    const elements: (Buffer | null)[] = [];
    for (let i = 0; i < count; i++) {
      elements.push(nulls.has(i) ? null : slice(bytes, at, size));
      if (!nulls.has(i)) at += size;
    }
    return elements;
  });
}

function slice(bytes: Buffer, at: number, length: number): Buffer {
  if (at + length > bytes.length) throw new RangeError('cut off');
  return bytes.subarray(at, at + length);
}

function guarded(bytes: Buffer, strategy: number, read: () => (Buffer | null)[]): (Buffer | null)[] {
  if (bytes[0] !== strategy) throw new SerdeError({ what: 'these bytes are not a list of this kind of value' });
  try {
    return read();
  } catch (cause) {
    throw new SerdeError({ what: 'the list is cut off', cause });
  }
}
