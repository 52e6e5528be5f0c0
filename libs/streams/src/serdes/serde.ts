import { handled, promised, SerdeError, type Headers } from '@ouzel/core';

/** Encodes and decodes one kind of value. Synchronous. Null never reaches it (except through `nullable` and `void`). */
export interface Serde<T> {
  /**
   * Says in a topology lock which bytes the serde writes, such as `payment-v2`: serdes with the same name write and read
   * the same bytes. Default: the name of its class.
   */
  readonly name?: string;
  /** Decoded values are never changed in place, so they may be shared between reads. */
  readonly immutable?: boolean;
  serialize(value: T, topic: string, headers: Headers): Buffer;
  deserialize(bytes: Buffer, topic: string, headers: Headers): T;
}

/**
 * A serde that decodes a part of a larger block in place: cutting a Buffer out costs more than decoding a short text or
 * number.
 */
export interface BlockSerde<T> extends Serde<T> {
  deserializeFrom(block: Buffer, start: number, end: number): T;
}

export function isBlockSerde<T>(serde: Serde<T>): serde is BlockSerde<T> {
  return 'deserializeFrom' in serde;
}

/** Returns the name that stands for the bytes of the serde. A serde without a name and a class of its own is `custom`. */
export function serdeName({ name, constructor }: Serde<unknown>): string {
  if (name !== undefined) return name;
  return constructor === undefined || constructor === Object || constructor.name === '' ? 'custom' : constructor.name;
}

/** Returns the bytes of a value. Throws SerdeError when the serde returns anything else, such as a promise. */
export function serialized<T>(serde: Serde<T>, value: T, topic: string, headers: Headers): Buffer {
  return bytesFrom(serde.serialize(value, topic, headers));
}

/** Returns what `serialize` returned, when that is bytes. Throws SerdeError otherwise. */
export function bytesFrom(bytes: unknown): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  if (bytes instanceof Uint8Array) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  throw unusable('serialize', bytes);
}

/** Returns the value that the bytes stand for. Throws SerdeError when the serde returns a promise. */
export function deserialized<T>(serde: Serde<T>, bytes: Buffer, topic: string, headers: Headers): T {
  const value = serde.deserialize(bytes, topic, headers);
  if (value instanceof Promise) throw unusable('deserialize', value);
  return value;
}

function unusable(call: 'serialize' | 'deserialize', returned: unknown): SerdeError {
  const promise = promised(returned);
  if (promise !== undefined) {
    handled(promise);
    return new SerdeError({ what: `${call} of the serde returned a promise`, help: 'Serdes are synchronous.' });
  }
  return new SerdeError({
    what: `${call} of the serde returned ${returned === null ? 'null' : `a value of type ${typeof returned}`}, not bytes`,
  });
}
