/** A name that may be written, and the setting that it stands for: `commit.interval.ms` stands for `commitInterval`. */
export type KnownName = readonly [name: string, setting: string];

/**
 * Returns the setting that was probably meant by a name that is none, or undefined when nothing is near. Case and
 * punctuation do not count.
 */
export function nearest(written: string, known: Iterable<KnownName>): string | undefined {
  const wanted = plain(written);
  let found: string | undefined;
  let least = Infinity;
  for (const [name, setting] of known) {
    const away = distance(wanted, plain(name));
    if (away < least) [found, least] = [setting, away];
  }
  return found;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/**
 * Infinity where the names have too little in common. One that is cut short is near, but farther away than one that is
 * misspelt.
 */
function distance(wanted: string, name: string): number {
  const edits = editDistance(wanted, name);
  if (edits <= Math.max(1, Math.floor(Math.min(wanted.length, name.length) / 4))) return edits;
  const [short, long] = wanted.length < name.length ? [wanted, name] : [name, wanted];
  const isCut = short.length >= 4 && short.length * 4 >= long.length && (long.startsWith(short) || long.endsWith(short));
  return isCut ? 100 + long.length - short.length : Infinity;
}

/**
 * The number of letters to insert, leave out, replace, or swap with their neighbour (Damerau–Levenshtein, optimal
 * string alignment).
 */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced, isSwapped ? beforeLast[j - 2]! + 1 : Infinity);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
