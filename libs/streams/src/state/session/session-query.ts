import type { ByteString } from '../rows/byte-string.js';
import { endOf, keyOf, startOf } from './session-key-schema.js';

/** Which sessions are asked for: those that end at or after `earliestEnd` and start at or before `latestStart`. Key bounds are inclusive, undefined: no bound. */
export interface SessionQuery {
  readonly key: ByteString | undefined;
  readonly keyTo: ByteString | undefined;
  readonly earliestEnd: number;
  readonly latestStart: number;
  readonly reverse: boolean;
}

/** `session`: a row key. */
export function isAsked({ key, keyTo, earliestEnd, latestStart }: SessionQuery, session: ByteString): boolean {
  if (endOf(session) < earliestEnd || startOf(session) > latestStart) return false;
  const found = keyOf(session).slice(8);
  return (key === undefined || found >= key) && (keyTo === undefined || found <= keyTo);
}
