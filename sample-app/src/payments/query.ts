import { BadRequestException } from '@nestjs/common';

/** A text of a query; undefined when it was left out. Answers 400 where it was given more than once. */
export function single(name: string, text: unknown): string | undefined {
  if (text === undefined || typeof text === 'string') return text;
  throw new BadRequestException(`${name} must be given once`);
}

/** A whole number of a query; undefined when it was left out. Answers 400 to anything else. */
export function wholeNumber(name: string, given: unknown): number | undefined {
  const text = single(name, given);
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new BadRequestException(`${name} must be a whole number`);
  return Number(text);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
