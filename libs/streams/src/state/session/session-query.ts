import type { ByteString } from '../rows/byte-string.js';
import { endOf, keyOf, startOf } from './session-key-schema.js';

/**
 * Which sessions are wanted: those that end at or after `earliestEnd` and start at or before `latestStart`. Key bounds
 * are inclusive, undefined is no bound.
 */
export interface SessionQuery {
  readonly key: ByteString | undefined;
  readonly keyTo: ByteString | undefined;
  readonly earliestEnd: number;
  readonly latestStart: number;
  readonly reverse: boolean;
}

/** Whether a session, given by its row key, is wanted. */
export function matches({ key, keyTo, earliestEnd, latestStart }: SessionQuery, session: ByteString): boolean {
  if (endOf(session) < earliestEnd || startOf(session) > latestStart) return false;
  const found = keyOf(session).slice(8);
  return (key === undefined || found >= key) && (keyTo === undefined || found <= keyTo);
}
