import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');
const generated = join(import.meta.dirname, '.generated');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Each ```ts block of a page is a module of its own; one that begins with "// continued" belongs to the block before it. */
function programsOf(page: string): string[] {
  const programs: string[] = [];
  for (const [, code] of readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
    if (code!.startsWith('// continued')) programs.push(`${programs.pop()}\n${code}`);
    else programs.push(code!);
  }
  return programs;
}

const programs = pages.flatMap((page) =>
  programsOf(page).map((code, i) => ({
    name: `${page} ${i + 1}`,
    file: join(generated, `${page.replace(/\W+/g, '-')}-${i + 1}.ts`),
    code,
  })),
);

describe('code in the documentation', () => {
  beforeAll(() => {
    mkdirSync(generated, { recursive: true });
    for (const { file, code } of programs) writeFileSync(file, `${code}\nexport {};\n`);
  });
  afterAll(() => rmSync(generated, { recursive: true, force: true }));

  it('compiles', () => {
    const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
    const program = ts.createProgram(
      programs.map(({ file }) => file),
      { ...options, noUnusedLocals: false, noUnusedParameters: false },
    );
    const faults = programs.flatMap(({ name, file }) =>
      [...program.getSyntacticDiagnostics(program.getSourceFile(file)), ...program.getSemanticDiagnostics(program.getSourceFile(file))].map(
        (fault) => `${name}: ${ts.flattenDiagnosticMessageText(fault.messageText, ' ')}`,
      ),
    );
    expect(faults).toEqual([]);
  }, 120_000);

  it.each(programs)('runs: $name', async ({ file }) => {
    await import(file);
  });
});
