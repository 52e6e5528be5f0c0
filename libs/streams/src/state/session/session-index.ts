import { int64At, int64Text, type ByteString } from '../byte-string.js';
import type { Retention } from '../expiry/retention.js';
import { keyOf, suffixOf } from './session-key-schema.js';

const indexTag = '\x03';

/** Where sessions stand in the order of their ends, beside their runs: nothing but keys. Row keys are those of SessionRows. */
export interface SessionIndex {
  rowOf(session: ByteString): ByteString;
  sessionOf(indexRow: ByteString): ByteString;
}

/** Rows of the index whose sessions end at or after `from` and before `to`. */
export function endingBetween(from: number, to: number): { from: ByteString; to: ByteString } {
  return { from: indexTag + int64Text(from), to: indexTag + int64Text(to) };
}

/**
 * The order of Kafka Streams' persistent stores (PrefixedSessionKeySchemas.TimeFirstSessionKeySchema):
 *
 *   3, int8 | end, ms, int64 | start, ms, int64 | key bytes
 */
export class PersistentSessionIndex implements SessionIndex {
  constructor(private readonly retention: Retention) {}

  rowOf(session: ByteString): ByteString {
    return indexTag + suffixOf(session) + keyOf(session).slice(8);
  }

  sessionOf(indexRow: ByteString): ByteString {
    return int64Text(this.retention.segmentOf(int64At(indexRow, 1))) + indexRow.slice(17) + indexRow.slice(1, 17);
  }
}

/**
 * The order of Kafka Streams' in-memory stores (InMemorySessionStore):
 *
 *   3, int8 | end, ms, int64 | key bytes | start, ms, int64
 */
export class MemorySessionIndex implements SessionIndex {
  constructor(private readonly retention: Retention) {}

  rowOf(session: ByteString): ByteString {
    return indexTag + session.slice(-16, -8) + keyOf(session).slice(8) + session.slice(-8);
  }

  sessionOf(indexRow: ByteString): ByteString {
    return int64Text(this.retention.segmentOf(int64At(indexRow, 1))) + indexRow.slice(9, -8) + indexRow.slice(1, 9) + indexRow.slice(-8);
  }
}
