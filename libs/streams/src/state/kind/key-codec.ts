import { Headers } from '@ouzel/core';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import { wrongArgument } from './store-arguments.js';
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

  bytes(key: K): Buffer {
    if (key === null || key === undefined) throw wrongArgument(this.store, `a key must not be ${String(key)}`);
    return serialized(this.serde, key, this.topic, Headers.empty);
  }

  /**
   * Operators read and write the same key in a row: its bytes are made once. Only keys that can not change in place are
   * remembered.
   */
  text(key: K): ByteString {
    if (key === this.lastKey && typeof key !== 'object') return this.lastText;
    const text = byteString(this.bytes(key));
    this.lastKey = key;
    return (this.lastText = text);
  }

  decode(text: ByteString): K {
    return deserialized(this.serde, bytesOf(text), this.topic, Headers.empty);
  }
}
