import { int64At, int64Text, type ByteString } from '../rows/byte-string.js';
import type { Retention } from '../expiry/retention.js';
import { keyOf, startOf, suffixOf } from './session-key-schema.js';

const indexTag = '\x03';

/**
 * Where sessions stand in the order of their ends, beside their runs: nothing but keys. Row keys are those of
 * SessionRows.
 */
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
 * The order of Kafka Streams' in-memory stores (InMemorySessionStore), where of sessions that end together the one that
 * started last comes first:
 *
 *   3, int8 | end, ms, int64 | key bytes | 2^53 - 1 - start, ms, int64
 */
export class MemorySessionIndex implements SessionIndex {
  constructor(private readonly retention: Retention) {}

  rowOf(session: ByteString): ByteString {
    return indexTag + session.slice(-16, -8) + keyOf(session).slice(8) + complement(startOf(session));
  }

  sessionOf(indexRow: ByteString): ByteString {
    const segment = int64Text(this.retention.segmentOf(int64At(indexRow, 1)));
    return segment + indexRow.slice(9, -8) + indexRow.slice(1, 9) + complement(int64At(indexRow, indexRow.length - 8));
  }
}

/** Reverses the order of times, and itself. */
function complement(time: number): ByteString {
  return int64Text(Number.MAX_SAFE_INTEGER - time);
}
