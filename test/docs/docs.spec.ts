import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anchorOf, targetOf } from '../../docs/site/addresses.js';
import { compileFaults } from './compiled.js';
import { codeBlocksOf, pages, root, textOf } from './pages.js';

const generated = join(import.meta.dirname, '.generated/pages');

/**
 * Each ```ts block is a module. Blocks of a page that name their files may import each other. Fragments that are no
 * module are ```typescript.
 */
const programs = pages.flatMap((page) =>
  codeBlocksOf(page, 'ts').map(({ file, code }, i) => ({
    name: `${page} ${file ?? i + 1}`,
    file: join(generated, page.replace(/\W+/g, '-'), file ?? `${i + 1}.ts`),
    isProgram: file === undefined,
    code,
  })),
);

for (const { file, code } of programs) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${code}\nexport {};\n`);
}
// The tests that pages show are run with those of this file.
for (const { file } of programs) if (file.endsWith('.spec.ts')) await import(file);

describe('code in the documentation', () => {
  afterAll(() => rmSync(generated, { recursive: true, force: true }));

  it('compiles', () => {
    expect(compileFaults(programs)).toEqual([]);
  }, 120_000);

  it.each(programs.filter(({ isProgram }) => isProgram))('runs: $name', async ({ file }) => {
    await import(file);
  });
});

describe('links in the documentation', () => {
  it.each(pages)('lead to what exists: %s', (page) => {
    const text = textOf(page).replace(/^```[\s\S]*?^```/gm, '');
    const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link!)
      .filter((link) => {
        const target = targetOf(page, link);
        if (target === undefined) return false;
        if (!existsSync(join(root, target.file))) return true;
        if (target.anchor === undefined) return false;
        const file = target.file.endsWith('.md') ? target.file : join(target.file, 'README.md');
        return ![...textOf(file).matchAll(/^#+ (.*)$/gm)].some(([, heading]) => anchorOf(heading!) === target.anchor);
      });
    expect(broken).toEqual([]);
  });
});

describe('files of the code', () => {
  /** The README of a package also names files of its reader's project. */
  const pagesOfCode = pages.filter((page) => page === 'CONTRIBUTING.md' || page.startsWith('docs/'));
  const filesIn = (folder: string, recursive: boolean) =>
    readdirSync(join(root, folder), { recursive, encoding: 'utf8' }).map((file) => `/${join(folder, file)}`);
  const files = [
    ...['libs', 'test', 'scripts', 'examples', 'sample-app'].flatMap((folder) => filesIn(folder, true)),
    ...filesIn('docs/site', false),
  ];

  /** A name may leave out folders at its beginning, and have a star or a `<word>` for what differs. */
  function isKnown(name: string): boolean {
    const pattern = name.replace(/[.+]/g, '\\$&').replace(/\*|<[^>]+>/g, '[^/]*');
    return files.some((file) => new RegExp(`/${pattern}$`).test(file));
  }

  it.each(pagesOfCode)('exist where they are named: %s', (page) => {
    const text = textOf(page).replace(/^```[\s\S]*?^```/gm, '');
    const names = [...text.matchAll(/`([\w<*][\w./<>*-]*\.m?ts)`/g)].map(([, name]) => name!);
    expect(names.filter((name) => !isKnown(name))).toEqual([]);
  });
});
