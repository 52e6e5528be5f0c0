import { asError, kindOf, OuzelError, SerdeError } from '@ouzel/core';
import type { ScanOptions, Windowed } from '../store.js';

/**
 * Checks of what user code gives to a store. They throw an error that a processing handler may judge: the call is
 * wrong, not the store. `call` is the name of the method.
 */
export function wrongArgument(store: string, call: string, what: string, help?: string): OuzelError {
  return new OuzelError('OUZEL_STATE', { what: `${call} of store "${store}": ${what}`, ...(help === undefined ? {} : { help }) });
}

/** Returns the error for a key that the serde of the store does not take. */
export function wrongKey(store: string, call: string, thrown: unknown): SerdeError {
  const cause = asError(thrown);
  const { what = cause.message, help } = cause as Partial<OuzelError>;
  return new SerdeError({ what: `${call} of store "${store}": the serde does not take the key: ${what}`, ...(help && { help }), cause });
}

/** Checks a time that a row is stored under. */
export function checkTime(time: number, name: string, store: string, call: string): void {
  if (!Number.isSafeInteger(time)) throw wrongTime(time, name, store, call);
}

/** Checks the bound of a search, which may be infinite. */
export function checkBound(time: number, name: string, store: string, call: string): void {
  if (typeof time !== 'number' || Number.isNaN(time)) throw wrongTime(time, name, store, call);
}

/** Checks the key and times of a session. */
export function checkSession(session: Windowed<unknown>, store: string, call: string): void {
  const { window } = (session ?? {}) as Partial<Windowed<unknown>>;
  if (window === null || typeof window !== 'object')
    throw wrongArgument(store, call, `a session is wanted, not ${kindOf(session)}`, 'Pass { key, window: { start, end } }.');
  checkTime(window.start, 'start of the session', store, call);
  checkTime(window.end, 'end of the session', store, call);
  if (window.end < window.start) throw wrongArgument(store, call, `the session ends at ${window.end}, before it starts at ${window.start}`);
}

/** Checks how many entries of a scan are wanted. */
export function checkLimit(limit: number, store: string, call: string): void {
  if (limit === Infinity || (Number.isSafeInteger(limit) && limit >= 0)) return;
  const found = typeof limit === 'number' ? String(limit) : kindOf(limit);
  throw wrongArgument(store, call, `the limit must be a whole number of at least 0, or Infinity, not ${found}`);
}

/** Checks an entry of `putAll`. */
export function checkEntry(entry: unknown, store: string): void {
  if (!Array.isArray(entry)) throw wrongArgument(store, 'putAll', `a pair [key, value] is wanted, not ${kindOf(entry)}`);
}

/** Returns entries of `putAll` that can be walked through. */
export function checkedEntries<T>(entries: Iterable<T>, store: string): Iterable<T> {
  if (typeof (entries as Partial<Iterable<T>> | null | undefined)?.[Symbol.iterator] === 'function') return entries;
  throw wrongArgument(store, 'putAll', `an array or another iterable of pairs [key, value] is wanted, not ${kindOf(entries)}`);
}

/** Returns the bytes of the prefix of a scan. */
export function prefixBytes(prefix: string | Buffer, store: string): Buffer {
  if (typeof prefix === 'string') return Buffer.from(prefix);
  if (Buffer.isBuffer(prefix)) return prefix;
  if ((prefix as unknown) instanceof Uint8Array) return Buffer.from(prefix);
  throw wrongArgument(store, 'prefixScan', `the prefix must be a string or a Buffer, not ${kindOf(prefix)}`);
}

/** Returns whether a scan goes backwards. User code in JavaScript may pass null for no options. */
export function isReverse(options: ScanOptions | null | undefined): boolean {
  return options?.reverse === true;
}

function wrongTime(time: unknown, name: string, store: string, call: string): OuzelError {
  const found = typeof time === 'number' ? String(time) : kindOf(time);
  return wrongArgument(store, call, `the ${name} must be a whole number of epoch milliseconds, not ${found}`);
}
