/**
 * The metadata that is committed beside an offset (TopicPartitionMetadata): base64 of
 *
 *   version, int8 = 2 | partition time, int64 | [ count, int32 | ( length, int32 | name, UTF-8 | time, int64 )* ]
 *
 * The names are stores with the last emitted window-close time. Version 1 ends behind the partition time.
 */
export interface OffsetMetadata {
  /** The highest timestamp of the records that were taken from the partition; -1 when unknown. */
  readonly partitionTime: number;
  readonly times: ReadonlyMap<string, number>;
}

const unknown: OffsetMetadata = { partitionTime: -1, times: new Map() };

export function encodeOffsetMetadata(metadata: OffsetMetadata): string {
  const names = [...metadata.times].map(([name, time]) => ({ name: Buffer.from(name), time }));
  const size = 9 + (names.length === 0 ? 0 : 4 + names.reduce((sum, { name }) => sum + 12 + name.length, 0));
  const bytes = Buffer.alloc(size);
  bytes.writeInt8(2, 0);
  bytes.writeBigInt64BE(BigInt(metadata.partitionTime), 1);
  if (names.length > 0) {
    let at = bytes.writeInt32BE(names.length, 9);
    for (const { name, time } of names) {
      at = bytes.writeInt32BE(name.length, at);
      at += name.copy(bytes, at);
      at = bytes.writeBigInt64BE(BigInt(time), at);
    }
  }
  return bytes.toString('base64');
}

/**
 * Returns unknown times where the text can not be read, as Kafka Streams does: that loses the knowledge of time, never
 * records.
 */
export function decodeOffsetMetadata(text: string): OffsetMetadata {
  const bytes = Buffer.from(text, 'base64');
  const version = bytes.length >= 9 ? bytes.readInt8(0) : 0;
  if (version !== 1 && version !== 2) return unknown;
  const partitionTime = Number(bytes.readBigInt64BE(1));
  if (version === 1 || bytes.length === 9) return { partitionTime, times: new Map() };
  try {
    return { partitionTime, times: readTimes(bytes) };
  } catch {
    return unknown;
  }
}

function readTimes(bytes: Buffer): Map<string, number> {
  const times = new Map<string, number>();
  let at = 13;
  for (let left = bytes.readInt32BE(9); left > 0; left--) {
    const end = at + 4 + bytes.readInt32BE(at);
    times.set(bytes.toString('utf8', at + 4, end), Number(bytes.readBigInt64BE(end)));
    at = end + 8;
  }
  return times;
}
