import type { NewTopic } from '../client/index.js';
import type { Api } from './api.js';

export interface TopicResult {
  readonly topic: string;
  readonly errorCode: number;
  readonly message: string | null;
}

/**
 * Creates topics. -1 for partitions or replicas means the broker's default (KIP-464).
 *
 *   request  = [topic | partitions int32 | replicas int16 | assignment [] | [name | value?]] | timeout int32
 *            | validate bool
 *   response = throttle int32 | [topic | error int16 | message?]
 */
export const createTopics: Api<{ readonly topics: readonly NewTopic[]; readonly timeoutMs: number }, readonly TopicResult[]> = {
  key: 19,
  name: 'CreateTopics',
  versions: [4],
  flexibleFrom: 5,
  write(writer, { topics, timeoutMs }) {
    writer.array(topics, ({ topic, partitions, replicationFactor, config }) => {
      writer.string(topic).int32(partitions).int16(replicationFactor).emptyArray();
      writer.array(Object.entries(config), ([name, value]) => writer.string(name).string(value));
    });
    writer.limit(timeoutMs).bool(false);
  },
  read(reader) {
    reader.int32();
    return reader.array(() => ({ topic: reader.string(), errorCode: reader.int16(), message: reader.nullableString() }));
  },
};

/**
 * Deletes topics.
 *
 *   request  = [topic] | timeout int32
 *   response = throttle int32 | [topic | error int16]
 */
export const deleteTopics: Api<{ readonly topics: readonly string[]; readonly timeoutMs: number }, readonly TopicResult[]> = {
  key: 20,
  name: 'DeleteTopics',
  versions: [1, 2, 3],
  flexibleFrom: 4,
  write(writer, { topics, timeoutMs }) {
    writer.array(topics, (topic) => writer.string(topic)).limit(timeoutMs);
  },
  read(reader) {
    reader.int32();
    return reader.array(() => ({ topic: reader.string(), errorCode: reader.int16(), message: null }));
  },
};

/**
 * Adds partitions to topics. `total` is the number with the new ones. The brokers choose their replicas.
 *
 *   request  = [topic | count int32 | assignments [..]?] | timeout int32 | validate bool
 *   response = throttle int32 | [topic | error int16 | message?]
 */
export const createPartitions: Api<{ readonly topic: string; readonly total: number; readonly timeoutMs: number }, readonly TopicResult[]> =
  {
    key: 37,
    name: 'CreatePartitions',
    versions: [0, 1],
    flexibleFrom: 2,
    write(writer, { topic, total, timeoutMs }) {
      writer.array([topic], (name) => writer.string(name).int32(total).nullArray());
      writer.limit(timeoutMs).bool(false);
    },
    read(reader) {
      reader.int32();
      return reader.array(() => ({ topic: reader.string(), errorCode: reader.int16(), message: reader.nullableString() }));
    },
  };

const topicResource = 2;

export interface TopicConfigs extends TopicResult {
  /** Settings by name. Those with secret values are left out, because Kafka does not return them. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Reads the configuration of topics, defaults included.
 *
 *   request  = [type int8 | topic | [name]?] | synonyms bool
 *   response = throttle int32
 *            | [error int16 | message? | type int8 | topic
 *            | [name | value? | read only bool | source int8 | sensitive bool | [name | value? | source int8]]]
 */
export const describeConfigs: Api<{ readonly topics: readonly string[] }, readonly TopicConfigs[]> = {
  key: 32,
  name: 'DescribeConfigs',
  versions: [1, 2],
  flexibleFrom: 4,
  write(writer, { topics }) {
    writer.array(topics, (topic) => writer.int8(topicResource).string(topic).nullArray()).bool(false);
  },
  read(reader) {
    reader.int32();
    return reader.array(() => {
      const errorCode = reader.int16();
      const message = reader.nullableString();
      reader.int8();
      const topic = reader.string();
      const config: Record<string, string> = {};
      reader.array(() => {
        const name = reader.string();
        const value = reader.nullableString();
        if (value !== null) config[name] = value;
        reader.bool();
        reader.int8();
        reader.bool();
        reader.array(() => {
          reader.string();
          reader.nullableString();
          reader.int8();
        });
      });
      return { topic, errorCode, message, config };
    });
  },
};
