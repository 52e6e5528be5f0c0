import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');

interface Exports {
  readonly exports: Readonly<Record<string, string | { readonly types?: string }>>;
}

/** The declaration files of the entries of a package. */
function entriesOf(name: string): string[] {
  const folder = join(root, 'libs', name);
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Exports;
  return Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' || entry.types === undefined || entry.types.endsWith('testing.d.ts') ? [] : [join(folder, entry.types)],
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
  const waiting = ['core', 'kafka', 'streams', 'nestjs', 'testing'].flatMap(entriesOf);
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

/** The inside of the engine, which public files mention. This list only ever gets shorter. */
const inside: readonly string[] = [
  'libs/streams/dist/processor/processor.d.ts',
  'libs/streams/dist/runtime/task/node-graph.d.ts',
  'libs/streams/dist/runtime/task/punctuation-queue.d.ts',
  'libs/streams/dist/runtime/task/record-queue.d.ts',
  'libs/streams/dist/runtime/task/task-node-context.d.ts',
  'libs/streams/dist/topology/application-plan.d.ts',
  'libs/streams/dist/topology/declarations.d.ts',
  'libs/streams/dist/topology/plan.d.ts',
];

describe('the declaration files of the packages', () => {
  const files = reachable();

  it('are there', () => {
    expect(files.size).toBeGreaterThan(50);
    expect([...files.keys()].filter((file) => !existsSync(file))).toEqual([]);
  });

  it('have no `any`', () => {
    const found = [...files].flatMap(([file, source]) => anysOf(file, source));
    expect(found.filter((any) => ![reasoned, ...inside].some((file) => any.startsWith(`${file}: `)))).toEqual([]);
    expect(inside.filter((file) => !found.some((any) => any.startsWith(`${file}: `)))).toEqual([]);
  });
});
