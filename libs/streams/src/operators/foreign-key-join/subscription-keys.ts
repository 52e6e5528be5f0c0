import { Headers } from '@ouzel/core';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import { combinedKey, combinedKeyPrefix, primaryKeyOf } from '../../state/subscription/combined-key-schema.js';

export interface SubscriptionKeysOptions<FK, K> {
  readonly foreignKey: Serde<FK>;
  readonly primaryKey: Serde<K>;
  /** The topic of the subscriptions. */
  readonly topic: string;
}

/**
 * Keys of stored subscriptions: foreign and primary key together, each encoded for a topic of its own, as in Kafka
 * Streams (CombinedKeySchema).
 */
export class SubscriptionKeys<FK, K> {
  constructor(private readonly options: SubscriptionKeysOptions<FK, K>) {}

  bytes(foreignKey: FK, primaryKey: K): Buffer {
    const { primaryKey: serde, topic } = this.options;
    return combinedKey(this.foreignBytes(foreignKey), serialized(serde, primaryKey, `${topic}-pk`, Headers.empty));
  }

  /** Returns the prefix of the keys of all subscriptions to this row. */
  prefixOf(foreignKey: FK): Buffer {
    return combinedKeyPrefix(this.foreignBytes(foreignKey));
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
