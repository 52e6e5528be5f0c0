import { int64At, int64Text, type ByteString } from '../byte-string.js';

/** The side of a stream join that a record came from. */
export type JoinSide = 'left' | 'right';

// Key of records that have not found a partner yet (TimestampedKeyAndJoinSideSerializer):
//
//   timestamp, ms, int64 | side, int8 (1: left, 0: right) | key bytes

export function joinSideKey(timestamp: number, side: JoinSide, key: ByteString): ByteString {
  return int64Text(timestamp) + (side === 'left' ? '\x01' : '\0') + key;
}

export function timestampOf(joinSideKey: ByteString): number {
  return int64At(joinSideKey, 0);
}

export function sideOf(joinSideKey: ByteString): JoinSide {
  return joinSideKey.charCodeAt(8) === 1 ? 'left' : 'right';
}

export function keyOf(joinSideKey: ByteString): ByteString {
  return joinSideKey.slice(9);
}
