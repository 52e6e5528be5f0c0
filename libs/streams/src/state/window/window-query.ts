import type { ByteString } from '../rows/byte-string.js';

/** Which windows are asked for; key bounds are inclusive, undefined: no bound. Times are window starts, inclusive. */
export interface WindowQuery {
  readonly key: ByteString | undefined;
  readonly keyTo: ByteString | undefined;
  readonly from: number;
  readonly to: number;
  readonly reverse: boolean;
}

export function isAsked({ key, keyTo, from, to }: WindowQuery, found: ByteString, start: number): boolean {
  return start >= from && start <= to && (key === undefined || found >= key) && (keyTo === undefined || found <= keyTo);
}
