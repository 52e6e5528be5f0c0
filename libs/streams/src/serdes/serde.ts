import type { Headers } from './headers.js';

/** Encodes and decodes one kind of value. Synchronous. Null never reaches it (except through `nullable` and `void`). */
export interface Serde<T> {
  /** Decoded values are never changed in place, so they may be shared between reads. */
  readonly immutable?: boolean;
  serialize(value: T, topic: string, headers: Headers): Buffer;
  deserialize(bytes: Buffer, topic: string, headers: Headers): T;
}
