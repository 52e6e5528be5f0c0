import { kindOf, OuzelError } from '@ouzel/core';
import type { ScanOptions, Windowed } from '../store.js';

/**
 * Checks of what user code gives to a store. They throw an error that a processing handler may judge: the call is
 * wrong, not the store.
 */
export function wrongArgument(store: string, what: string, help?: string): OuzelError {
  return new OuzelError('OUZEL_STATE', { what: `store "${store}": ${what}`, ...(help === undefined ? {} : { help }) });
}

/** Checks a time that a row is stored under. */
export function checkTime(time: number, name: string, store: string): void {
  if (!Number.isSafeInteger(time)) throw wrongTime(time, name, store);
}

/** Checks the bound of a search, which may be infinite. */
export function checkBound(time: number, name: string, store: string): void {
  if (typeof time !== 'number' || Number.isNaN(time)) throw wrongTime(time, name, store);
}

/** Checks the key and times of a session. */
export function checkSession(session: Windowed<unknown>, store: string): void {
  const { window } = (session ?? {}) as Partial<Windowed<unknown>>;
  if (window === null || typeof window !== 'object')
    throw wrongArgument(store, `a session is wanted, not ${kindOf(session)}`, 'Pass { key, window: { start, end } }.');
  checkTime(window.start, 'start of the session', store);
  checkTime(window.end, 'end of the session', store);
}

/** Checks an entry of `putAll`. */
export function checkEntry(entry: unknown, store: string): void {
  if (!Array.isArray(entry)) throw wrongArgument(store, `putAll takes pairs [key, value], not ${kindOf(entry)}`);
}

/** Returns entries of `putAll` that can be walked through. */
export function checkedEntries<T>(entries: Iterable<T>, store: string): Iterable<T> {
  if (typeof (entries as Partial<Iterable<T>> | null | undefined)?.[Symbol.iterator] === 'function') return entries;
  throw wrongArgument(store, `putAll takes an array or another iterable of pairs [key, value], not ${kindOf(entries)}`);
}

/** Returns the bytes of the prefix of a scan. */
export function prefixBytes(prefix: string | Buffer, store: string): Buffer {
  if (typeof prefix === 'string') return Buffer.from(prefix);
  if (Buffer.isBuffer(prefix)) return prefix;
  if ((prefix as unknown) instanceof Uint8Array) return Buffer.from(prefix);
  throw wrongArgument(store, `prefixScan takes a string or a Buffer, not ${kindOf(prefix)}`);
}

/** Returns whether a scan goes backwards. User code in JavaScript may pass null for no options. */
export function isReverse(options: ScanOptions | null | undefined): boolean {
  return options?.reverse === true;
}

function wrongTime(time: unknown, name: string, store: string): OuzelError {
  const found = typeof time === 'number' ? String(time) : kindOf(time);
  return wrongArgument(store, `the ${name} must be a whole number of epoch milliseconds, not ${found}`);
}
