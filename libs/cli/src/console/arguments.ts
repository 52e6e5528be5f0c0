import { InvalidArgumentError } from 'commander';

/** Reads names that are separated by commas. */
export function list(text: string): readonly string[] {
  return text.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]));
}

/** Returns a parser that tells Commander what is wrong with an argument. */
export function argument<T>(parse: (text: string) => T | undefined): (text: string) => T {
  return (text) => {
    const found = parse(text);
    if (found === undefined) throw new InvalidArgumentError('The help has an example.');
    return found;
  };
}
