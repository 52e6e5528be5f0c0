import { DriverError } from '../client/index.js';

// Record batch, message format 2 (KIP-98; DefaultRecordBatch):
//
//   batch   = base offset int64 | length of what follows int32 | leader epoch int32 | magic int8 = 2
//           | crc uint32 of what follows
//           | attributes int16 | last offset delta int32 | base timestamp int64 | max timestamp int64
//           | producer id int64 | producer epoch int16 | base sequence int32 | record count int32
//           | records, compressed as one block when the attributes say so
//   record  = length varint | attributes int8 = 0 | timestamp delta varlong | offset delta varint
//           | key length varint, -1 for null | key | value length varint, -1 for null | value | header count varint
//           | headers
//   header  = name length varint | name | value length varint, -1 for null | value
//   marker  = the one record of a control batch: key = version int16 | type int16, value = version int16
//           | coordinator epoch int32

/** The places of the fields in the header of a batch. */
export const at = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const;

/** The size of the header: the bytes of a batch before its records. */
export const headerSize = 61;
/** The bytes of a batch that its length field does not count. */
export const lengthOverhead = 12;

/** The bits of the attributes. The lowest three are the compression. */
export const attribute = { compression: 7, logAppendTime: 8, transactional: 16, control: 32, deleteHorizon: 64 } as const;

/** The types of a marker, in its key. */
export const markerType = { abort: 0, commit: 1 } as const;

/** Returns the failure of a batch whose bytes do not fit the format. `where` is topic-partition-offset when known. */
export function corruptBatch(what: string, where?: string): DriverError {
  const help = 'The broker or the network damaged it: compare with another consumer. To go on without it, commit an offset behind it.';
  return new DriverError('fatal', 2, { what, help, ...(where === undefined ? {} : { where }) }, 'OUZEL_CORRUPT_BATCH');
}
