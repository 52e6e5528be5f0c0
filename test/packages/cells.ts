import { textOf } from '../docs/pages.js';

/** One row of the table in docs/COMPATIBILITY.md: a small application that is built, run and tested in this way. */
export interface Cell {
  readonly name: string;
  readonly nest: string;
  readonly modules: string;
  readonly kind: string;
  readonly build: string;
  readonly tests: string;
}

const page = 'docs/COMPATIBILITY.md';

/** Reads the table. Its rows begin with a version of Nest. */
export function cells(): readonly Cell[] {
  const rows = textOf(page).match(/^\| 1\d \|.*\|$/gm) ?? [];
  return rows.map((row) => {
    const [nest, modules, kind, build, tests] = row
      .slice(1, -1)
      .split('|')
      .map((text) => text.trim().replaceAll('`', ''));
    return { name: row.slice(2, -2).replaceAll('`', ''), nest: nest!, modules: modules!, kind: kind!, build: build!, tests: tests! };
  });
}

/** Returns what the word of a row stands for. Throws for a word that is not known, so that no row goes untested. */
export function meaningOf<T>(word: string, meanings: Readonly<Record<string, T>>): T {
  const meaning = meanings[word];
  if (meaning === undefined) throw new Error(`${page} says "${word}"; known are: ${Object.keys(meanings).join(', ')}`);
  return meaning;
}
