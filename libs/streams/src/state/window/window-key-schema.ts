import { int32Text, int64At, int64Text, type ByteString } from '../rows/byte-string.js';

// Key of a windowed value in stores and changelogs (WindowKeySchema):
//
//   key bytes | window start, ms, int64 | sequence, int32 (0 unless duplicates are kept)

export const windowSuffixLength = 12;
const noSequence = '\0\0\0\0';

export function windowKey(key: ByteString, start: number, sequence: number): ByteString {
  return key + windowSuffix(start, sequence);
}

/** Returns start and sequence, which distinguish the windows of one key and order them. */
export function windowSuffix(start: number, sequence: number): ByteString {
  return int64Text(start) + (sequence === 0 ? noSequence : int32Text(sequence));
}

export function keyOf(windowKey: ByteString): ByteString {
  return windowKey.slice(0, -windowSuffixLength);
}

export function startOf(windowKey: ByteString): number {
  return int64At(windowKey, windowKey.length - windowSuffixLength);
}

export function suffixOf(windowKey: ByteString): ByteString {
  return windowKey.slice(-windowSuffixLength);
}
