import type { Headers } from '@ouzel/core';

/** Encodes and decodes one kind of value. Synchronous. Null never reaches it (except through `nullable` and `void`). */
export interface Serde<T> {
  /** Decoded values are never changed in place, so they may be shared between reads. */
  readonly immutable?: boolean;
  serialize(value: T, topic: string, headers: Headers): Buffer;
  deserialize(bytes: Buffer, topic: string, headers: Headers): T;
}

/** A serde that decodes a part of a larger block in place: cutting a Buffer out costs more than decoding a short text or number. */
export interface BlockSerde<T> extends Serde<T> {
  deserializeFrom(block: Buffer, start: number, end: number): T;
}

export function isBlockSerde<T>(serde: Serde<T>): serde is BlockSerde<T> {
  return 'deserializeFrom' in serde;
}
