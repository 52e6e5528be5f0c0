import type { Api } from './api.js';
import type { ResponseReader } from './response-reader.js';

export interface BrokerAddress {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}
export interface PartitionMetadata {
  readonly errorCode: number;
  readonly partition: number;
  readonly leader: number;
  readonly leaderEpoch: number;
}
export interface TopicMetadata {
  readonly errorCode: number;
  readonly topic: string;
  /** Tells a topic from one of the same name that was deleted before (KIP-516). Undefined before version 10. */
  readonly id: string | undefined;
  readonly internal: boolean;
  /** Sorted by number. */
  readonly partitions: readonly PartitionMetadata[];
}
export interface MetadataResponse {
  readonly brokers: readonly BrokerAddress[];
  readonly controller: number;
  readonly topics: readonly TopicMetadata[];
}

/**
 * Reads the brokers, and the leaders of topics: of all topics when `topics` is undefined. Never creates a topic.
 *
 *   request  = [id uuid, from version 10 | topic]? | allow creation bool | cluster operations bool
 *            | topic operations bool
 *   response = throttle int32 | [node int32 | host | port int32 | rack?] | cluster id? | controller int32
 *            | [error int16 | topic | id uuid, from version 10 | internal bool
 *            | [error int16 | partition int32 | leader int32 | epoch int32 | [replica] | [in sync] | [offline]]
 *            | operations int32] | operations int32
 */
export const metadata: Api<{ readonly topics: readonly string[] | undefined }, MetadataResponse> = {
  key: 3,
  name: 'Metadata',
  versions: [8, 10],
  flexibleFrom: 9,
  write(writer, { topics }, version) {
    const writeTopic = (topic: string) => {
      if (version >= 10) writer.uuid(undefined);
      writer.string(topic).tags();
    };
    if (topics === undefined) writer.nullArray();
    else writer.array(topics, writeTopic);
    writer.bool(false).bool(false).bool(false).tags();
  },
  read(reader, version) {
    reader.int32();
    const brokers = reader.array(() => {
      const address = { nodeId: reader.int32(), host: reader.string(), port: reader.int32() };
      reader.nullableString();
      reader.tags();
      return address;
    });
    reader.nullableString();
    const controller = reader.int32();
    const topics = reader.array(() => {
      const topic = {
        errorCode: reader.int16(),
        topic: reader.string(),
        id: version >= 10 ? reader.uuid() : undefined,
        internal: reader.bool(),
        partitions: reader.array(readPartition).sort((a, b) => a.partition - b.partition),
      };
      reader.int32();
      reader.tags();
      return topic;
    });
    return { brokers, controller, topics };
  },
};

function readPartition(reader: ResponseReader): PartitionMetadata {
  const partition = { errorCode: reader.int16(), partition: reader.int32(), leader: reader.int32(), leaderEpoch: reader.int32() };
  for (let lists = 0; lists < 3; lists++) reader.array(() => reader.int32());
  reader.tags();
  return partition;
}
