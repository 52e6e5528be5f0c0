import { Headers } from '@ouzel/core';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import { combinedKey, primaryKeyOf, subscribersOf } from '../../state/key-value/combined-key-schema.js';

export interface SubscriptionKeysOptions<FK, K> {
  readonly foreignKey: Serde<FK>;
  readonly primaryKey: Serde<K>;
  /** Of the subscriptions. */
  readonly topic: string;
}

/**
 * Keys of stored subscriptions: foreign and primary key together, each encoded for a topic of its own, as in Kafka Streams
 * (CombinedKeySchema).
 */
export class SubscriptionKeys<FK, K> {
  constructor(private readonly options: SubscriptionKeysOptions<FK, K>) {}

  bytes(foreignKey: FK, primaryKey: K): Buffer {
    const { primaryKey: serde, topic } = this.options;
    return combinedKey(this.foreignBytes(foreignKey), serialized(serde, primaryKey, `${topic}-pk`, Headers.empty));
  }

  /** What the keys of all who subscribed to this row begin with. */
  subscribers(foreignKey: FK): Buffer {
    return subscribersOf(this.foreignBytes(foreignKey));
  }

  primaryKey(bytes: Buffer): K {
    const { primaryKey: serde, topic } = this.options;
    return deserialized(serde, primaryKeyOf(bytes), `${topic}-pk`, Headers.empty);
  }

  private foreignBytes(foreignKey: FK): Buffer {
    const { foreignKey: serde, topic } = this.options;
    return serialized(serde, foreignKey, `${topic}-fk`, Headers.empty);
  }
}
