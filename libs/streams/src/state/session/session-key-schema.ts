import { int64At, int64Text, type ByteString } from '../rows/byte-string.js';

// Key of a session in stores and changelogs (SessionKeySchema):
//
//   key bytes | end, ms, int64 | start, ms, int64

export const sessionSuffixLength = 16;

/** Returns end and start, which distinguish the sessions of one key and order them. */
export function sessionSuffix(end: number, start: number): ByteString {
  return int64Text(end) + int64Text(start);
}

export function keyOf(sessionKey: ByteString): ByteString {
  return sessionKey.slice(0, -sessionSuffixLength);
}

export function endOf(sessionKey: ByteString): number {
  return int64At(sessionKey, sessionKey.length - sessionSuffixLength);
}

export function startOf(sessionKey: ByteString): number {
  return int64At(sessionKey, sessionKey.length - 8);
}

export function suffixOf(sessionKey: ByteString): ByteString {
  return sessionKey.slice(-sessionSuffixLength);
}
