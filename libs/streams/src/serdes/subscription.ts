import { SerdeError, type Headers } from '@ouzel/core';
import { serdeName, type Serde } from './serde.js';

/**
 * Tells the side of the foreign table whether to keep or to delete a subscription, and when to respond
 * (SubscriptionWrapper.Instruction).
 */
export type SubscriptionInstruction = 'delete' | 'delete-and-respond' | 'respond-always' | 'respond-to-match';

const instructions: readonly SubscriptionInstruction[] = ['delete', 'delete-and-respond', 'respond-always', 'respond-to-match'];

/** A row of the left table subscribes to the row of its foreign key. */
export interface Subscription<K> {
  readonly instruction: SubscriptionInstruction;
  /** The hash of the row's value (murmur3); null when the row was deleted. */
  readonly hash: Buffer | null;
  readonly primaryKey: K;
  /** The partition that the response goes to; null: by its key, as readers before Kafka Streams 3.4 expect. */
  readonly primaryPartition: number | null;
}

/** The high bit of the version byte, which says that there is no hash. */
export const noHash = 0x80;
export const hashLength = 16;

/**
 * A subscription in its topic and store (SubscriptionWrapperSerde); version 0 has no partition:
 *
 *   version and hash flag, int8 | instruction, int8 | hash, 16 bytes, or nothing | primary key | partition, int32
 */
export function subscription<K>(primaryKey: Serde<K>): Serde<Subscription<K>> {
  return {
    name: `subscription(${serdeName(primaryKey)})`,
    serialize({ instruction, hash, primaryKey: key, primaryPartition }, topic, headers) {
      const version = primaryPartition === null ? 0 : 1;
      const head = Buffer.of(version | (hash === null ? noHash : 0), instructions.indexOf(instruction));
      const partition = Buffer.alloc(primaryPartition === null ? 0 : 4);
      if (primaryPartition !== null) partition.writeInt32BE(primaryPartition);
      return Buffer.concat([head, hash ?? Buffer.alloc(0), primaryKey.serialize(key, keyTopic(topic), headers), partition]);
    },
    deserialize: (bytes, topic, headers) => parsed(primaryKey, bytes, topic, headers),
  };
}

function parsed<K>(primaryKey: Serde<K>, bytes: Buffer, topic: string, headers: Headers): Subscription<K> {
  const version = bytes.length < 2 ? -1 : bytes[0]! & ~noHash;
  const instruction = instructions[bytes[1]!];
  const start = version < 0 || (bytes[0]! & noHash) !== 0 ? 2 : 2 + hashLength;
  const end = bytes.length - (version === 1 ? 4 : 0);
  if (version < 0 || version > 1 || instruction === undefined || end < start)
    throw new SerdeError({ what: 'these bytes are not a subscription of version 0 or 1' });
  return {
    instruction,
    hash: start === 2 ? null : bytes.subarray(2, start),
    primaryKey: primaryKey.deserialize(bytes.subarray(start, end), keyTopic(topic), headers),
    primaryPartition: version === 1 ? bytes.readInt32BE(end) : null,
  };
}

/**
 * Returns the topic name with which primary keys inside subscriptions are encoded. It differs from the topic of the
 * subscriptions, so that a serde with a schema per topic does not mix them with the keys of that topic.
 */
function keyTopic(topic: string): string {
  return `${topic}-pk`;
}
