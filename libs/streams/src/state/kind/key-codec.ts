import { Headers } from '@ouzel/core';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import { wrongArgument, wrongKey } from './store-arguments.js';
import { byteString, bytesOf, type ByteString } from '../rows/byte-string.js';

const none = Symbol('no key yet');

/** Keys of one store, as bytes and back. */
export class KeyCodec<K> {
  private lastKey: K | typeof none = none;
  private lastText: ByteString = '';

  constructor(
    private readonly serde: Serde<K>,
    private readonly topic: string,
    private readonly store: string,
  ) {}

  /**
   * `call` is the method of the store that needs the key. Throws OUZEL_STATE where there is none, and SerdeError where
   * the serde does not take it.
   */
  bytes(key: K, call: string): Buffer {
    if (key === null || key === undefined) throw wrongArgument(this.store, call, `a key must not be ${String(key)}`);
    try {
      return serialized(this.serde, key, this.topic, Headers.empty);
    } catch (thrown) {
      throw wrongKey(this.store, call, thrown);
    }
  }

  /**
   * Operators read and write the same key in a row: its bytes are made once. Only keys that can not change in place are
   * remembered.
   */
  text(key: K, call: string): ByteString {
    if (key === this.lastKey && typeof key !== 'object') return this.lastText;
    const text = byteString(this.bytes(key, call));
    this.lastKey = key;
    return (this.lastText = text);
  }

  /** Returns the bound of a search; undefined where there is none. */
  bound(key: K | null | undefined, call: string): ByteString | undefined {
    return key === null || key === undefined ? undefined : byteString(this.bytes(key, call));
  }

  decode(text: ByteString): K {
    return deserialized(this.serde, bytesOf(text), this.topic, Headers.empty);
  }
}
