import { SerdeError } from '@ouzel/core';
import { serdeName, type Serde } from './serde.js';
import { hashLength, noHash } from './subscription.js';

/** The row of a foreign key, for the row of the left table that asked for it. */
export interface SubscriptionResponse<V> {
  /** The hash of the subscription, which shows whether the row has changed since. */
  readonly hash: Buffer | null;
  readonly foreignValue: V | null;
  /** Where the response goes. Not written; null where it is not known. */
  readonly primaryPartition: number | null;
}

/**
 * A response in its topic (SubscriptionResponseWrapperSerde). No value and one without bytes look the same: both are
 * read as null.
 *
 *   version 0 and whether the hash is missing, int8 | hash, 16 bytes, or nothing | foreign value
 */
export function subscriptionResponse<V>(foreignValue: Serde<V>): Serde<SubscriptionResponse<V>> {
  return {
    name: `subscription response(${serdeName(foreignValue)})`,
    serialize({ hash, foreignValue: value }, topic, headers) {
      const bytes = value === null ? Buffer.alloc(0) : foreignValue.serialize(value, topic, headers);
      return Buffer.concat([Buffer.of(hash === null ? noHash : 0), hash ?? Buffer.alloc(0), bytes]);
    },
    deserialize(bytes, topic, headers) {
      const start = bytes[0] === noHash ? 1 : 1 + hashLength;
      if ((bytes[0] !== 0 && bytes[0] !== noHash) || bytes.length < start)
        throw new SerdeError({ what: 'these bytes are not a response to a subscription, version 0' });
      const value = bytes.length === start ? null : foreignValue.deserialize(bytes.subarray(start), topic, headers);
      return { hash: start === 1 ? null : bytes.subarray(1, start), foreignValue: value, primaryPartition: null };
    },
  };
}
