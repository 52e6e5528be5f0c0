import { BadRequestException } from '@nestjs/common';

/** Returns a text of a query, or undefined when it is left out. Throws a 400 when it is given more than once. */
export function single(name: string, text: unknown): string | undefined {
  if (text === undefined || typeof text === 'string') return text;
  throw new BadRequestException(`${name} must be given once`);
}

/** Returns a whole number of a query, or undefined when it is left out. Throws a 400 for anything else. */
export function wholeNumber(name: string, given: unknown): number | undefined {
  const text = single(name, given);
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new BadRequestException(`${name} must be a whole number`);
  return Number(text);
}

/** Reads a scan to its end. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
