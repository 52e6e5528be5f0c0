import { isHostAndPort } from '@ouzel/core';

/**
 * The user data that members and leader exchange beside Kafka's own fields:
 *
 *   version, int16 | JSON, UTF-8
 *
 * A later version adds fields and keeps those that exist, so that members of two versions understand each other as far
 * as the older one goes. Nothing throws: a hostile or foreign member never stops the group.
 */
const version = 2;
const maxBytes = 4 * 1024 * 1024;

export type UserData = Readonly<Record<string, unknown>>;

export function encodeUserData(data: object): Buffer {
  const json = Buffer.from(JSON.stringify(data));
  const bytes = Buffer.allocUnsafe(2 + json.length);
  bytes.writeInt16BE(version, 0);
  json.copy(bytes, 2);
  return bytes;
}

/** Returns undefined where the bytes are no user data. */
export function decodeUserData(bytes: Buffer): UserData | undefined {
  if (bytes.length < 2 || bytes.length > maxBytes || bytes.readInt16BE(0) < 1) return undefined;
  return parseRecord(bytes.toString('utf8', 2));
}

/** Returns undefined where the text is no JSON object. */
export function parseRecord(json: string): UserData | undefined {
  try {
    const data: unknown = JSON.parse(json);
    return isRecord(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(data: unknown): data is UserData {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

// Each of these functions returns what fits its type, and leaves out the rest.

export function recordsIn(data: unknown): UserData[] {
  return Array.isArray(data) ? data.filter(isRecord) : [];
}

export function textIn(data: unknown): string | null {
  return typeof data === 'string' ? data : null;
}

/** Returns null where it is no `host:port`: a member may be hostile, and others pass on what it says. */
export function serverIn(data: unknown): string | null {
  return typeof data === 'string' && isHostAndPort(data) ? data : null;
}

export function textsIn(data: unknown): string[] {
  return Array.isArray(data) ? data.filter((item): item is string => typeof item === 'string') : [];
}

export function countsIn(data: unknown): number[] {
  return Array.isArray(data) ? data.filter((item): item is number => Number.isSafeInteger(item) && item >= 0) : [];
}

/** Returns the entries of an object whose values `read` returns something for. */
export function entriesIn<T>(data: unknown, read: (value: unknown) => T | undefined): Record<string, T> {
  const entries = Object.entries(isRecord(data) ? data : {}).map(([key, value]): [string, T | undefined] => [key, read(value)]);
  return Object.fromEntries(entries.filter((entry): entry is [string, T] => entry[1] !== undefined));
}

export function countIn(data: unknown): number | undefined {
  return Number.isSafeInteger(data) && (data as number) >= 0 ? (data as number) : undefined;
}
