import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '..');

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => file.endsWith('.ts') && !/(^|\/)(dist|node_modules)\//.test(file));
}
const isTest = (file: string) => /\.(spec|kafka-spec|conformance|spec-support)\.ts$/.test(file);
const sources = (folder: string) => filesBelow(folder).filter((file) => !isTest(file));
const parse = (file: string) => ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  return parse(file).statements.flatMap((statement): Import[] => {
    if (!(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) || statement.moduleSpecifier === undefined) return [];
    const to = (statement.moduleSpecifier as ts.StringLiteral).text;
    const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
    const named = clause?.namedBindings;
    const allTypes =
      named !== undefined &&
      ts.isNamedImports(named) &&
      clause?.name === undefined &&
      named.elements.every((element) => element.isTypeOnly);
    return [
      { from: file, to, typeOnly: (ts.isExportDeclaration(statement) ? statement.isTypeOnly : clause?.isTypeOnly) === true || allTypes },
    ];
  });
}

const engine = 'libs/streams/src';
/** `state/leveldb` for a file of that folder, `kafka/driver` for the interface, else the first folder. */
function partOf(path: string): string {
  const inside = relative(engine, path);
  const [first, second] = inside.split('/');
  if (first === 'kafka')
    return second === 'driver.ts' || second === 'driver.js' ? 'kafka/driver' : `kafka/${second!.replace(/\.[jt]s$/, '')}`;
  return inside.includes('/') ? first! : 'root';
}

const pure = ['bytes', 'clock', 'errors'];
/** Who may import whom (docs/ARCHITECTURE.md). Types may in addition be taken from the parts behind the bar. */
const allowed: Readonly<Record<string, readonly [values: readonly string[], types: readonly string[]]>> = {
  bytes: [['errors'], []],
  clock: [[], []],
  errors: [[], []],
  serdes: [[...pure, 'config'], []],
  windows: [
    [...pure, 'config'],
    ['state', 'serdes'],
  ],
  config: [pure, []],
  metrics: [[...pure, 'config'], []],
  processor: [[...pure, 'serdes', 'config'], ['state']],
  state: [[...pure, 'serdes', 'windows', 'config'], ['processor']],
  operators: [[...pure, 'serdes', 'windows', 'config', 'processor', 'state'], ['topology']],
  topology: [[...pure, 'serdes', 'windows', 'config', 'processor', 'state'], []],
  dsl: [[...pure, 'serdes', 'windows', 'config', 'processor', 'state', 'operators', 'topology'], []],
  query: [
    [...pure, 'serdes', 'config', 'state'],
    ['topology', 'processor'],
  ],
  runtime: [[...pure, 'serdes', 'config', 'metrics', 'processor', 'state', 'operators', 'topology', 'kafka/driver', 'query'], []],
  'kafka/driver': [['errors'], ['serdes']],
};

describe('the house', () => {
  it('keeps its import rules', () => {
    const broken: string[] = [];
    for (const { from, to, typeOnly } of sources(engine).flatMap(importsOf)) {
      if (!to.startsWith('.')) continue;
      const part = partOf(from);
      const target = partOf(join(dirname(from), to));
      const rule = allowed[part];
      if (rule === undefined || part === target) continue;
      const [values, types] = rule;
      if (!values.includes(target) && !(typeOnly && (types.includes(target) || target === 'kafka/driver')))
        broken.push(`${from} imports ${to}`);
    }
    expect(broken).toEqual([]);
  });

  it('lets the runtime know no operators but source and sink', () => {
    const known = sources(`${engine}/runtime`)
      .flatMap(importsOf)
      .filter(({ to }) => to.includes('/operators/'));
    expect(known.filter(({ to }) => !/\/operators\/(source|sink)\.js$/.test(to))).toEqual([]);
  });

  it('imports a Kafka client, LevelDB, Nest and Prometheus in one place each', () => {
    const place: Readonly<Record<string, RegExp>> = {
      kafkajs: /^libs\/streams\/src\/kafka\/kafkajs\//,
      level: /^libs\/streams\/src\/state\/leveldb\//,
      'classic-level': /^libs\/streams\/src\/state\/leveldb\//,
      'prom-client': /^libs\/nestjs\/src\/metrics\//,
      'reflect-metadata': /^(libs\/nestjs|sample-app)\//,
      rxjs: /^(libs\/nestjs|sample-app)\//,
    };
    const broken = ['libs/streams/src', 'libs/nestjs/src', 'libs/testing/src']
      .flatMap(sources)
      .flatMap(importsOf)
      .filter(
        ({ from, to }) =>
          (place[to] !== undefined && !place[to].test(from)) ||
          (to.startsWith('@nestjs/') && !/^libs\/(nestjs|testing\/src\/nestjs)/.test(from)),
      );
    expect(broken).toEqual([]);
  });

  it('lets nestjs and testing import only the entries of the engine', () => {
    const broken = ['libs/nestjs/src', 'libs/testing/src']
      .flatMap(sources)
      .flatMap(importsOf)
      .filter(
        ({ from, to }) =>
          to.startsWith('@ouzel/') &&
          !/^@ouzel\/(streams|nestjs|testing)$/.test(to) &&
          !(to === '@ouzel/streams/internal' && from.startsWith('libs/testing')),
      );
    expect(broken).toEqual([]);
  });

  it('asks for time, timers and randomness only behind their ports', () => {
    const banned = /\b(Date\.now|performance\.now|Math\.random|randomUUID|setTimeout|setInterval|setImmediate|process\.hrtime)\b/;
    const broken = sources(engine)
      .filter((file) => !file.startsWith(`${engine}/clock/`))
      .flatMap((file) => {
        const found: string[] = [];
        const visit = (node: ts.Node): void => {
          if (
            (ts.isPropertyAccessExpression(node) || ts.isIdentifier(node)) &&
            banned.test(node.getText()) &&
            ts.isCallExpression(node.parent) &&
            node.parent.expression === node
          )
            found.push(`${file}: ${node.getText()}`);
          ts.forEachChild(node, visit);
        };
        visit(parse(file));
        return found;
      });
    expect(broken).toEqual([]);
  });

  it('exports from each package what was reviewed', () => {
    const names = (file: string) =>
      parse(file)
        .statements.flatMap((statement) =>
          ts.isExportDeclaration(statement) && statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)
            ? statement.exportClause.elements.map((element) => element.name.text)
            : [],
        )
        .sort();
    const reviewed = JSON.parse(readFileSync(join(root, 'test/public-exports.json'), 'utf8')) as Record<string, string[]>;
    const actual = Object.fromEntries(Object.keys(reviewed).map((file) => [file, names(file)]));
    expect(actual).toEqual(reviewed);
  });

  it('has no file that has outgrown its idea', () => {
    const large = ['libs/streams/src', 'libs/nestjs/src', 'libs/testing/src', 'sample-app/src']
      .flatMap(sources)
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 400);
    expect(large).toEqual([]);
  });
});
