import { HttpStatus } from '@nestjs/common';
import { RefusedRequest } from '../refused-request.js';

/** The parameters of a request, as Express and Fastify hand them over. */
export type Query = Readonly<Record<string, unknown>>;

/** Returns a parameter that is given once, undefined where it is left out. */
export function textOf(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw refused(`"${name}" is given more than once`);
}

export function requiredText(query: Query, name: string): string {
  const value = textOf(query, name);
  if (value === undefined) throw refused(`"${name}" is missing`);
  return value;
}

/** Returns a whole number within its limits. */
export function integerOf(query: Query, name: string, fallback: number, [min, max]: readonly [min: number, max: number]): number {
  const value = textOf(query, name);
  if (value === undefined) return fallback;
  const found = Number(value);
  if (value.trim() !== '' && Number.isSafeInteger(found) && found >= min && found <= max) return found;
  throw refused(`"${name}" must be a whole number of at least ${min} and at most ${max}`);
}

export function flagOf(query: Query, name: string): boolean {
  const value = textOf(query, name);
  if (value === undefined || value === 'false') return false;
  if (value === 'true' || value === '') return true;
  throw refused(`"${name}" must be true or false`);
}

export function wordOf<const T extends string>(query: Query, name: string, words: readonly [T, ...T[]]): T {
  const value = textOf(query, name) ?? words[0];
  const found = words.find((word) => word === value);
  if (found === undefined) throw refused(`"${name}" must be one of ${words.join(', ')}`);
  return found;
}

function refused(message: string): RefusedRequest {
  return new RefusedRequest(HttpStatus.BAD_REQUEST, 'REQUEST', message);
}
