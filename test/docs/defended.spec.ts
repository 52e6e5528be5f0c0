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
  const script = /^npm run (\S+)( -- .+)?$/.exec(test)?.[1];
  return script === undefined ? existsSync(join(root, test)) : script in scripts;
}

describe('what the pages promise', () => {
  it('is numbered without a gap, and has every threat', () => {
    const of = (letter: string) => rows.map(({ name }) => name).filter((name) => name.startsWith(letter));
    for (const names of ['G', 'E', 'X'].map(of)) expect(names).toEqual(names.map((name, i) => `${name[0]}${i + 1}`));
    expect(of('X')).toHaveLength(18);
  });

  it.each(rows)('is defended by tests that exist: $name', ({ tests }) => {
    const named = [...tests.matchAll(/`([^`]+)`/g)].map(([, test]) => test!);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((test) => !exists(test))).toEqual([]);
  });
});
