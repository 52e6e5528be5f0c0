import type { TopicPartition } from '../client/index.js';
import { decodeResponse, type Api } from './api.js';
import { byTopic } from './by-topic.js';
import { RequestWriter } from './request-writer.js';

export interface ProduceRequest {
  readonly transactionalId: string | null;
  readonly timeoutMs: number;
  readonly batches: readonly ProduceBatch[];
}
/** One encoded record batch. */
export interface ProduceBatch extends TopicPartition {
  readonly bytes: Buffer;
}
export interface ProducedPartition extends TopicPartition {
  readonly errorCode: number;
  readonly baseOffset: number;
  readonly message: string | null;
  /** Records that were refused, by their place in the batch. */
  readonly recordErrors: readonly { readonly index: number; readonly message: string | null }[];
}

/**
 * Writes record batches; acknowledged by all replicas in sync. One batch per partition and request.
 *
 *   request  = transactional id? | acks int16 | timeout int32 | [topic | [partition int32 | batch bytes]]
 *   response = [topic | [partition int32 | error int16 | base offset int64 | append time int64 | log start int64 | [index int32 | message?] | message?]] | throttle int32
 */
export const produce: Api<ProduceRequest, readonly ProducedPartition[]> = {
  key: 0,
  name: 'Produce',
  versions: [8],
  flexibleFrom: 9,
  write() {
    throw new Error('batches are not copied into a body: encodeProduce');
  },
  read(reader) {
    const partitions: ProducedPartition[] = [];
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = reader.int32();
        const errorCode = reader.int16();
        const baseOffset = reader.int64();
        reader.int64();
        reader.int64();
        const recordErrors = reader.array(() => ({ index: reader.int32(), message: reader.nullableString() }));
        partitions.push({ topic, partition, errorCode, baseOffset, recordErrors, message: reader.nullableString() });
      });
    });
    return partitions;
  },
};

/** The body in pieces, for a gathered write: the batches are not copied. */
export function encodeProduce({ transactionalId, timeoutMs, batches }: ProduceRequest): Buffer[] {
  const writer = RequestWriter.classic().string(transactionalId).int16(-1).int32(timeoutMs);
  const cuts: { readonly at: number; readonly bytes: Buffer }[] = [];
  writer.array(byTopic(batches), ([topic, partitions]) => {
    writer.string(topic).array(partitions, ({ partition, bytes }) => {
      writer.int32(partition).count(bytes.length);
      cuts.push({ at: writer.position, bytes });
    });
  });
  const frame = writer.finish();
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { at, bytes } of cuts) {
    pieces.push(frame.subarray(from, at), bytes);
    from = at;
  }
  if (from < frame.length) pieces.push(frame.subarray(from));
  return pieces;
}

export function decodeProduce(payload: Buffer, version: number): readonly ProducedPartition[] {
  return decodeResponse(produce, payload, version);
}
