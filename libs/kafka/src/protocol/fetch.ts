import type { AbortedTransaction } from '../records/index.js';
import type { Isolation, TopicPartition } from '../client/index.js';
import type { Api } from './api.js';
import { byTopic } from './by-topic.js';

export interface FetchPosition extends TopicPartition {
  readonly offset: number;
  readonly leaderEpoch: number;
  /** Most bytes of this partition. The first batch comes whole, whatever its size. */
  readonly maxBytes: number;
}
export interface FetchRequest {
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly isolation: Isolation;
  readonly positions: readonly FetchPosition[];
}
export interface FetchedPartition extends TopicPartition {
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches, as a view of the response. The last one may be cut off. */
  readonly batches: Buffer;
}

export function isolationLevel(isolation: Isolation): number {
  return isolation === 'read_committed' ? 1 : 0;
}

/**
 * Reads record batches from given offsets on, without a fetch session.
 *
 *   request  = replica int32 | wait int32 | min int32 | max int32 | isolation int8 | session int32
 *            | session epoch int32
 *            | [topic | [partition int32 | leader epoch int32 | offset int64 | log start int64 | max int32]]
 *            | forgotten [] | rack
 *   response = throttle int32 | error int16 | session int32
 *            | [topic | [partition int32 | error int16 | high watermark int64 | last stable int64 | log start int64
 *            | [producer int64 | first offset int64]? | replica int32 | batches bytes?]]
 */
export const fetch: Api<FetchRequest, { readonly errorCode: number; readonly partitions: readonly FetchedPartition[] }> = {
  key: 1,
  name: 'Fetch',
  versions: [11],
  flexibleFrom: 12,
  write(writer, { maxWaitMs, minBytes, maxBytes, isolation, positions }) {
    writer.int32(-1).limit(maxWaitMs).int32(minBytes).limit(maxBytes).int8(isolationLevel(isolation)).int32(0).int32(-1);
    writer.array(byTopic(positions), ([topic, partitions]) => {
      writer.string(topic).array(partitions, (position) => {
        writer.int32(position.partition).int32(position.leaderEpoch).int64(position.offset).int64(-1).limit(position.maxBytes);
      });
    });
    writer.emptyArray().string('');
  },
  read(reader) {
    reader.int32();
    const errorCode = reader.int16();
    reader.int32();
    const partitions: FetchedPartition[] = [];
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = reader.int32();
        const code = reader.int16();
        const highWatermark = reader.int64();
        const lastStableOffset = reader.int64();
        reader.int64();
        const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
        reader.int32();
        partitions.push({ topic, partition, errorCode: code, highWatermark, lastStableOffset, aborted, batches: reader.bytes() });
      });
    });
    return { errorCode, partitions };
  },
};
