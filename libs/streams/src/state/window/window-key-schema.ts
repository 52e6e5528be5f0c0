import { readInt64, writeInt64 } from '../../bytes/int64.js';

// Key of a windowed value in stores and changelogs (WindowKeySchema):
//
//   key bytes | window start, ms, int64 | sequence, int32 (0 unless duplicates are kept)

export const windowSuffix = 12;

export function windowKey(key: Buffer, start: number, sequence: number): Buffer {
  const bytes = Buffer.allocUnsafe(key.length + windowSuffix);
  bytes.writeInt32BE(sequence, writeInt64(bytes, start, key.copy(bytes)));
  return bytes;
}

export function startOf(windowKey: Buffer): number {
  return readInt64(windowKey, windowKey.length - windowSuffix);
}

export function keyOf(windowKey: Buffer): Buffer {
  return windowKey.subarray(0, windowKey.length - windowSuffix);
}
