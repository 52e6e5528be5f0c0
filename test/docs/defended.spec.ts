import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, textOf } from './pages.js';

/** Rows of the tables whose last column names the tests that defend what the row says: `| G1 | … | `test/…` |`. */
const rows = ['docs/GUARANTEES.md', 'docs/SECURITY.md'].flatMap((page) =>
  [...textOf(page).matchAll(/^\| ([GEX]\d+) \|.*\|(.*)\|$/gm)].map(([, name, tests]) => ({ name: name!, tests: tests! })),
);
const scripts = (JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> }).scripts;

/** Whether a test is there: a file, a folder, or a script, `npm run golden`. */
function exists(test: string): boolean {
  const script = /^npm run (\S+)$/.exec(test)?.[1];
  return script === undefined ? existsSync(join(root, test)) : script in scripts;
}

describe('what the pages promise', () => {
  it('is all there: guarantees of both modes, and every threat', () => {
    const numbered = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
    expect(rows.map(({ name }) => name)).toEqual([...numbered('G', 10), ...numbered('E', 9), ...numbered('X', 18)]);
  });

  it.each(rows)('is defended by tests that exist: $name', ({ tests }) => {
    const named = [...tests.matchAll(/`([^`]+)`/g)].map(([, test]) => test!);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((test) => !exists(test))).toEqual([]);
  });
});
