import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');
const packages = ['core', 'kafka', 'streams', 'nestjs', 'testing'];

interface Exports {
  readonly exports: Readonly<Record<string, string | { readonly types?: string }>>;
}

/** The declaration files of the entries of a package. */
function entriesOf(name: string): string[] {
  const folder = join(root, 'libs', name);
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Exports;
  return Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' || entry.types === undefined ? [] : [join(folder, entry.types)],
  );
}

/** The declaration files that a file imports, exports or mentions. */
function referencesOf(file: string, source: ts.SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined)
      names.push((node.moduleSpecifier as ts.StringLiteral).text);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) names.push((node.argument.literal as ts.StringLiteral).text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names.filter((name) => name.startsWith('.')).map((name) => join(dirname(file), name.replace(/\.js$/, '.d.ts')));
}

const parse = (file: string) => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);

/** Every declaration file that a user of the packages can come to. */
function reachable(): Map<string, ts.SourceFile> {
  const found = new Map<string, ts.SourceFile>();
  const waiting = packages.flatMap(entriesOf);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    const source = parse(file);
    found.set(file, source);
    waiting.push(...referencesOf(file, source));
  }
  return found;
}

/** The lines of a declaration file with an `any` that somebody wrote. */
function anysOf(file: string, source: ts.SourceFile): string[] {
  const lines = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      lines.add(`${relative(root, file)}: ${source.text.split('\n')[line]!.trim()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...lines];
}

/** Says at each of its types why the compiler can not know what stands there. */
const reasoned = 'libs/nestjs/dist/decorators/untyped.d.ts';

describe('the declaration files of the packages', () => {
  const files = reachable();

  it('are there, of every entry of every package', () => {
    expect(packages.map((name) => entriesOf(name).length)).toEqual([3, 5, 3, 3, 4]);
    expect(files.size).toBeGreaterThan(200);
    expect([...files.keys()].filter((file) => !existsSync(file))).toEqual([]);
  });

  it('have no `any`', () => {
    const found = [...files].flatMap(([file, source]) => anysOf(file, source));
    expect(found.filter((any) => !any.startsWith(`${reasoned}: `))).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
  });
});
