import { OuzelError } from '@ouzel/core';
import type { DeadLetter, LetterPlace } from './dead-letter.js';

/** Chooses dead letters. All that is given must fit. Default: all of them. */
export interface DeadLetterFilter {
  /** The topic of the record that failed. */
  readonly topic?: string;
  /** The name of the error, such as `SerdeError`. */
  readonly exception?: string;
  /** A part of the error's message, in upper or lower case. */
  readonly message?: string;
  /** The earliest time of the record that failed: a Date, or epoch ms. */
  readonly since?: Date | number;
  /** The time before which the record that failed must be: a Date, or epoch ms. */
  readonly until?: Date | number;
  /** Dead letters by their places. */
  readonly letters?: readonly LetterPlace[];
}

/** Returns whether a dead letter is among those that the filter chooses. Throws OUZEL_CONFIG for times that are none. */
export function chosenBy({ topic, exception, message, since, until, letters }: DeadLetterFilter): (letter: DeadLetter) => boolean {
  const [first, end] = [timeOf(since, 'since') ?? -Infinity, timeOf(until, 'until') ?? Infinity];
  const part = message?.toLowerCase();
  const places = letters && new Set(letters.map(keyOf));
  return (letter) =>
    (topic === undefined || letter.origin?.topic === topic) &&
    (exception === undefined || letter.exception === exception) &&
    (part === undefined || (letter.message ?? '').toLowerCase().includes(part)) &&
    letter.timestamp >= first &&
    letter.timestamp < end &&
    (places === undefined || places.has(keyOf(letter)));
}

function keyOf({ partition, offset }: LetterPlace): string {
  return `${partition}@${offset}`;
}

function timeOf(given: Date | number | undefined, name: string): number | undefined {
  if (given === undefined) return undefined;
  const time = Number(given);
  if (Number.isNaN(time)) throw new OuzelError('OUZEL_CONFIG', { what: `\`${name}\` is no time`, where: 'DeadLetters' });
  return time;
}
