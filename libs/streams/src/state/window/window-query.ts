import type { ByteString } from '../rows/byte-string.js';

/** Which windows are wanted. Key bounds are inclusive, undefined is no bound. Times are window starts, inclusive. */
export interface WindowQuery {
  readonly key: ByteString | undefined;
  readonly keyTo: ByteString | undefined;
  readonly from: number;
  readonly to: number;
  readonly reverse: boolean;
}

/** Whether a window of a key with this start is wanted. */
export function matches({ key, keyTo, from, to }: WindowQuery, found: ByteString, start: number): boolean {
  return start >= from && start <= to && (key === undefined || found >= key) && (keyTo === undefined || found <= keyTo);
}
