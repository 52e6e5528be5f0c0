import { readInt64, writeInt64, SerdeError } from '@ouzel/core';
import type { BlockSerde, Serde } from './serde.js';

function sized<T>(size: number, name: string, write: (bytes: Buffer, value: T) => void, read: (bytes: Buffer) => T): Serde<T> {
  return {
    name,
    immutable: true,
    serialize(value) {
      const bytes = Buffer.allocUnsafe(size);
      try {
        write(bytes, value);
      } catch (cause) {
        throw new SerdeError({ what: `this value of type ${typeof value} does not fit a ${name}`, cause });
      }
      return bytes;
    },
    deserialize(bytes) {
      if (bytes.length !== size) throw new SerdeError({ what: `a ${name} has ${size} bytes, not ${bytes.length}` });
      return read(bytes);
    },
  };
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value))
    throw new SerdeError({ what: 'a long outside ±2^53 can not be a number without loss', help: 'Use serdes.bigint.' });
  return value;
}

/** int64, big-endian, as a number. Outside ±2^53 it is a SerdeError both ways: use `bigint`. */
export const long: BlockSerde<number> = {
  name: 'long',
  immutable: true,
  serialize(value) {
    const bytes = Buffer.allocUnsafe(8);
    writeInt64(bytes, safe(value), 0);
    return bytes;
  },
  deserialize: (bytes) => long.deserializeFrom(bytes, 0, bytes.length),
  deserializeFrom(block, start, end) {
    if (end - start !== 8) throw new SerdeError({ what: `a long has 8 bytes, not ${end - start}` });
    return safe(readInt64(block, start));
  },
};

/** int64, big-endian. Its bytes are those of `long`, and so is its name. */
export const bigint = sized<bigint>(
  8,
  'long',
  (bytes, value) => bytes.writeBigInt64BE(value),
  (bytes) => bytes.readBigInt64BE(),
);
/** int32, big-endian. */
export const int = sized<number>(
  4,
  'int',
  (bytes, value) => bytes.writeInt32BE(whole(value)),
  (bytes) => bytes.readInt32BE(),
);
/** int16, big-endian. */
export const short = sized<number>(
  2,
  'short',
  (bytes, value) => bytes.writeInt16BE(whole(value)),
  (bytes) => bytes.readInt16BE(),
);
/** 32-bit IEEE 754, big-endian. */
export const float = sized<number>(
  4,
  'float',
  (bytes, value) => bytes.writeFloatBE(value),
  (bytes) => bytes.readFloatBE(),
);
/** 64-bit IEEE 754, big-endian. */
export const double = sized<number>(
  8,
  'double',
  (bytes, value) => bytes.writeDoubleBE(value),
  (bytes) => bytes.readDoubleBE(),
);
/** One byte, 1 or 0. */
export const boolean = sized<boolean>(
  1,
  'boolean',
  (bytes, value) => bytes.writeUInt8(value ? 1 : 0),
  (bytes) => truth(bytes[0]!),
);

function whole(value: number): number {
  if (!Number.isInteger(value)) throw new SerdeError({ what: 'a whole number is needed' });
  return value;
}
function truth(byte: number): boolean {
  if (byte > 1) throw new SerdeError({ what: `a boolean is the byte 0 or 1, not ${byte}` });
  return byte === 1;
}
