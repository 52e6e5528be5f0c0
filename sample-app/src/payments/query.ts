import { BadRequestException } from '@nestjs/common';

/** A whole number of a query; undefined when it was left out. Answers 400 to anything else. */
export function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new BadRequestException(`${name} must be a whole number`);
  return Number(text);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
