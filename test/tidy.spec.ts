import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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
const packages = ['core', 'kafka', 'streams', 'nestjs', 'testing', 'cli'].map((name) => `libs/${name}/src`);

/**
 * The package and the first folder of a file: `streams/dsl`, `kafka/embedded`; `streams` for a file at the root of its
 * package.
 */
function partOf(path: string): string {
  const [, name, , ...inside] = path.split('/');
  return inside.length > 1 ? `${name}/${inside[0]}` : name!;
}

/**
 * Where an import leads: a part of this repository, or undefined. Entries of packages count as the folder that they
 * show.
 */
function targetOf({ from, to }: Import): string | undefined {
  if (to.startsWith('.')) return partOf(join(dirname(from), to));
  const entry = /^@ouzel\/(\w+)(?:\/(\w+))?$/.exec(to);
  if (entry === null) return undefined;
  const [, name, inside] = entry;
  if (name === 'core') return inside === undefined ? 'core' : `core/${inside}`;
  return name === 'kafka' ? `kafka/${inside ?? 'client'}` : inside === undefined ? name : `${name}/${inside}`;
}

const within = (name: string, ...folders: readonly string[]) => folders.map((folder) => `${name}/${folder}`);
const streams = (...folders: readonly string[]) => within('streams', ...folders);

interface Row {
  readonly values: readonly string[];
  /** Parts of which only types may be imported. */
  readonly types?: readonly string[];
}

/**
 * The parts that each part may import, besides `core`, which is open to all outside of it. A part is a folder of a
 * package, or the files at its root. docs/ARCHITECTURE.md shows this table.
 */
const allowed: Readonly<Record<string, Row>> = {
  core: { values: within('core', 'errors', 'clock', 'bytes') },
  'core/errors': { values: [] },
  'core/clock': { values: [] },
  'core/bytes': { values: [] },
  'core/settings': { values: ['core'], types: within('core', 'errors') },
  'core/conformance': { values: [] },
  kafka: { values: within('kafka', 'client') },
  'kafka/client': { values: within('core', 'settings') },
  'kafka/records': { values: within('kafka', 'client') },
  'kafka/protocol': { values: within('kafka', 'client'), types: within('kafka', 'records') },
  'kafka/kafkajs': { values: within('kafka', 'client', 'records', 'protocol') },
  'kafka/embedded': { values: within('kafka', 'client', 'records', 'protocol') },
  'kafka/conformance': { values: [...within('core', 'conformance'), ...within('kafka', 'client')] },
  'streams/serdes': { values: [] },
  'streams/windows': { values: [] },
  'streams/record': { values: [] },
  'streams/metrics': { values: [] },
  'streams/state': { values: streams('serdes'), types: streams('record') },
  'streams/processor': { values: streams('record'), types: streams('state') },
  'streams/operators': { values: streams('serdes', 'record', 'processor', 'state'), types: streams('windows', 'topology') },
  'streams/topology': { values: streams('serdes', 'processor'), types: streams('record', 'state', 'config') },
  'streams/dsl': {
    values: streams('serdes', 'windows', 'state', 'operators', 'topology', 'config'),
    types: streams('record', 'processor'),
  },
  'streams/dead-letters': { values: [...within('kafka', 'client'), ...streams('record')] },
  'streams/query': { values: streams('serdes', 'state') },
  'streams/config': {
    values: [...within('core', 'settings'), ...within('kafka', 'client'), ...streams('serdes', 'processor')],
    types: streams('record'),
  },
  'streams/runtime': {
    values: [...within('kafka', 'client'), ...streams('serdes', 'record', 'metrics', 'processor', 'state', 'operators', 'query')],
    types: streams('topology', 'config'),
  },
  'streams/producing': {
    values: [...within('kafka', 'client'), ...streams('serdes', 'runtime', 'topology')],
    types: streams('record'),
  },
  'streams/conformance': { values: [...within('core', 'conformance'), ...streams('serdes', 'state')], types: streams('record') },
  streams: {
    values: [
      ...within('kafka', 'client', 'records', 'kafkajs', 'embedded'),
      ...streams(
        'serdes',
        'windows',
        'record',
        'metrics',
        'processor',
        'state',
        'topology',
        'dsl',
        'query',
        'config',
        'runtime',
        'dead-letters',
        'producing',
      ),
    ],
    types: streams('operators'),
  },
  'nestjs/http': { values: ['streams'] },
  'nestjs/console': { values: ['streams'] },
  'nestjs/handles': { values: ['streams', ...within('nestjs', 'http')] },
  'nestjs/decorators': { values: within('nestjs', 'handles'), types: ['streams'] },
  'nestjs/explorer': { values: [...within('core', 'settings'), 'streams', ...within('nestjs', 'handles', 'decorators')] },
  'nestjs/otel': { values: [], types: ['streams'] },
  'nestjs/health': { values: within('nestjs', 'http', 'handles'), types: ['streams'] },
  'nestjs/endpoints': { values: [...within('core', 'settings'), 'streams', ...within('nestjs', 'http', 'handles')] },
  'nestjs/metrics': {
    values: [...within('core', 'settings'), 'streams', ...within('nestjs', 'http')],
    types: within('nestjs', 'handles'),
  },
  'nestjs/module': {
    values: [
      ...within('core', 'settings'),
      'streams',
      ...within('nestjs', 'http', 'console', 'handles', 'explorer', 'health', 'metrics', 'endpoints'),
    ],
  },
  'nestjs/class-validator': { values: [], types: ['streams'] },
  nestjs: {
    values: within('nestjs', 'http', 'handles', 'decorators', 'explorer', 'health', 'metrics', 'module', 'class-validator'),
    types: within('nestjs', 'endpoints'),
  },
  'testing/driver': { values: ['streams', 'streams/testing'] },
  'testing/nestjs': { values: ['streams', 'nestjs', ...within('testing', 'driver')] },
  'testing/matchers': { values: ['streams', ...within('testing', 'driver')] },
  testing: { values: ['streams', 'nestjs', ...within('testing', 'driver', 'matchers', 'nestjs')], types: ['streams/testing'] },
  'cli/console': { values: [], types: ['streams'] },
  'cli/application': { values: ['streams'] },
  'cli/connection': { values: ['streams', ...within('cli', 'console', 'application')] },
  'cli/topology': { values: ['streams', ...within('cli', 'console', 'application')] },
  'cli/groups': { values: within('cli', 'console', 'application', 'connection'), types: within('kafka', 'client') },
  'cli/records': { values: ['streams', ...within('kafka', 'client'), ...within('cli', 'console', 'application', 'connection')] },
  'cli/dead-letters': { values: ['streams', ...within('cli', 'console', 'application', 'connection', 'records')] },
  'cli/stores': {
    values: [...within('kafka', 'client'), ...within('cli', 'console', 'application', 'connection', 'records')],
    types: ['streams'],
  },
  'cli/reset': { values: ['streams', ...within('cli', 'console', 'connection')] },
  cli: {
    values: within('cli', 'console', 'topology', 'groups', 'records', 'dead-letters', 'stores', 'reset'),
  },
};

const crossing = () =>
  packages
    .flatMap(sources)
    .flatMap(importsOf)
    .flatMap((found) => {
      const [part, target] = [partOf(found.from), targetOf(found)];
      if (target === undefined || part === target || (target === 'core' && !part.startsWith('core'))) return [];
      return [{ ...found, part, target }];
    });

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** What each file of the packages imports of its own package. */
function fileImports(): Graph {
  const files = new Set(packages.flatMap(sources));
  return new Map(
    [...files].map((file) => {
      const found = importsOf(file).filter(({ to }) => to.startsWith('.'));
      const targets = found.map(({ to }) => join(dirname(file), to).replace(/\.js$/, '.ts'));
      return [file, new Set(targets.filter((target) => files.has(target)))];
    }),
  );
}

/** These folders and all folders in them. */
function foldersWithin(folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    const inside = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [folder, ...foldersWithin(inside.map(({ name }) => join(folder, name)))];
  });
}

/**
 * The imports between the folders in `folder`. The files of a package's root count as a folder too; in other folders
 * they are what the folders share, or what puts them together.
 */
function besideEachOther(folder: string, imports: Graph): Graph {
  const graph = new Map<string, Set<string>>();
  const partIn = (file: string) => {
    if (!file.startsWith(`${folder}/`)) return undefined;
    const inside = file.slice(folder.length + 1).split('/');
    if (inside.length > 1) return join(folder, inside[0]!);
    return packages.includes(folder) ? folder : undefined;
  };
  for (const [file, targets] of imports) {
    const part = partIn(file);
    if (part === undefined) continue;
    const known = graph.get(part) ?? new Set<string>();
    for (const target of targets) {
      const other = partIn(target);
      if (other !== undefined && other !== part) known.add(other);
    }
    graph.set(part, known);
  }
  return graph;
}

function cyclesIn(graph: Graph): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (one: string, path: readonly string[]): void => {
    if (path.includes(one)) cycles.push([...path.slice(path.indexOf(one)), one].join(' -> '));
    if (done.has(one)) return;
    done.add(one);
    for (const target of graph.get(one) ?? []) visit(target, [...path, one]);
  };
  for (const one of graph.keys()) visit(one, []);
  return cycles;
}

describe('the house', () => {
  it('keeps its import rules', () => {
    const broken = crossing().filter(({ part, target, typeOnly }) => {
      const { values = [], types = [] } = allowed[part] ?? {};
      return !values.includes(target) && !(typeOnly && types.includes(target));
    });
    expect(broken.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('has a rule for every folder of every package, and none that nothing needs', () => {
    const parts = new Set(packages.flatMap(sources).map(partOf));
    expect(Object.keys(allowed).sort()).toEqual([...parts].sort());
    const found = crossing();
    const uses = (part: string, target: string, isValue: boolean) =>
      found.some((one) => one.part === part && one.target === target && (!isValue || !one.typeOnly));
    const unused = Object.entries(allowed).flatMap(([part, { values, types = [] }]) => [
      ...values.filter((target) => !uses(part, target, true)).map((target) => `${part} imports no value of ${target}`),
      ...types.filter((target) => !uses(part, target, false)).map((target) => `${part} imports no type of ${target}`),
    ]);
    expect(unused).toEqual([]);
  });

  it('shows its import rules on the page about the architecture', () => {
    const cell = (parts: readonly string[]) => (parts.length === 0 ? '' : ` ${parts.map((part) => `\`${part}\``).join(', ')}`);
    const rows = Object.entries(allowed).map(([part, { values, types = [] }]) => `| \`${part}\` |${cell(values)} |${cell(types)} |`);
    const table = readFileSync(join(root, 'docs/ARCHITECTURE.md'), 'utf8')
      .split('\n')
      .filter((line) => /^\| `(core|kafka|streams|nestjs|testing|cli)(\/[\w-]+)?` \|/.test(line));
    expect(table).toEqual(rows);
  });

  it('lets the runtime know no operators but source and sink', () => {
    const known = sources(`${engine}/runtime`)
      .flatMap(importsOf)
      .filter(({ to }) => to.includes('/operators/'));
    expect(known.filter(({ to }) => !/\/operators\/(source|sink)\.js$/.test(to))).toEqual([]);
  });

  it('imports a Kafka client, LevelDB, Nest, Prometheus and Commander in one place each', () => {
    const place: Readonly<Record<string, RegExp>> = {
      kafkajs: /^libs\/kafka\/src\/kafkajs\//,
      level: /^libs\/streams\/src\/state\/leveldb\//,
      'classic-level': /^libs\/streams\/src\/state\/leveldb\//,
      'prom-client': /^libs\/nestjs\/src\/metrics\//,
      '@opentelemetry/api': /^libs\/nestjs\/src\/otel\//,
      'reflect-metadata': /^(libs\/nestjs|sample-app)\//,
      commander: /^libs\/cli\//,
      rxjs: /^(libs\/nestjs|sample-app)\//,
    };
    const broken = packages
      .flatMap(sources)
      .flatMap(importsOf)
      .filter(
        ({ from, to }) =>
          (place[to] !== undefined && !place[to].test(from)) ||
          (to.startsWith('@nestjs/') && !/^libs\/(nestjs|testing\/src\/nestjs)/.test(from)),
      );
    expect(broken).toEqual([]);
  });

  it('lets nestjs, testing and cli import only the entries of the engine', () => {
    const broken = ['libs/nestjs/src', 'libs/testing/src', 'libs/cli/src']
      .flatMap(sources)
      .flatMap(importsOf)
      .filter(
        ({ from, to }) =>
          to.startsWith('@ouzel/') &&
          !/^@ouzel\/(core(\/settings)?|kafka|streams|nestjs|testing)$/.test(to) &&
          !(/^@ouzel\/(streams\/testing|kafka\/records)$/.test(to) && from.startsWith('libs/testing')),
      );
    expect(broken).toEqual([]);
  });

  it('asks for time, timers and randomness only behind their ports', () => {
    const banned = /\b(Date\.now|performance\.now|Math\.random|randomUUID|setTimeout|setInterval|setImmediate|process\.hrtime)\b/;
    const broken = packages
      .slice(0, 3)
      .flatMap(sources)
      .filter((file) => !file.startsWith('libs/core/src/clock/'))
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

  it('has no import cycles, of types neither', () => {
    expect(cyclesIn(fileImports())).toEqual([]);
  });

  it('has no circles of folders that stand beside each other, of types neither', () => {
    const imports = fileImports();
    const cycles = foldersWithin(packages).flatMap((folder) => cyclesIn(besideEachOther(folder, imports)));
    expect(cycles).toEqual([]);
  });

  it('says why where a rule of the linter is switched off', () => {
    const silent = ['libs', 'sample-app', 'examples', 'test'].flatMap(filesBelow).flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .filter((line) => /^\s*(\/\/|\/\*) eslint-disable/.test(line) && !/ -- \S/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(silent).toEqual([]);
  });

  it('has no file that has outgrown its idea', () => {
    // The public classes of the DSL mention each other, so they stand in one file, whose doc comments do not count.
    const mostlyDocs = new Set([`${engine}/dsl/streams-and-tables.ts`]);
    const counted = (file: string) => {
      const text = readFileSync(join(root, file), 'utf8');
      return (mostlyDocs.has(file) ? text.replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '') : text).split('\n').length;
    };
    const large = [...packages, 'sample-app/src']
      .flatMap(sources)
      .map((file) => ({ file, lines: counted(file) }))
      .filter(({ lines }) => lines > 350);
    expect(large).toEqual([]);
  });
});

interface Manifest {
  readonly main: string;
  readonly types: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly typesVersions?: { readonly '*': Readonly<Record<string, readonly string[]>> };
}

describe.each(packages.map((folder) => dirname(folder)))('the entries of %s', (folder) => {
  const json = (file: string): unknown => JSON.parse(readFileSync(join(root, folder, file), 'utf8'));
  const manifest = json('package.json') as Manifest;
  const entries = Object.entries(manifest.exports);
  const typed = entries.flatMap(([entry, target]) => (typeof target === 'string' ? [] : [[entry, target] as const]));

  it('name files that the build has written', () => {
    const named = [
      manifest.main,
      manifest.types,
      ...entries.flatMap(([, target]) => (typeof target === 'string' ? [target] : Object.values(target))),
      ...Object.values(manifest.typesVersions?.['*'] ?? {}).flat(),
    ];
    expect(named.filter((file) => !existsSync(join(root, folder, file)))).toEqual([]);
  });

  it('have the same types in every module resolution', () => {
    const main = manifest.exports['.'];
    expect(main).toEqual({ types: manifest.types, default: manifest.main });
    const inside = typed.filter(([entry]) => entry !== '.').map(([entry, { types }]) => [entry.slice('./'.length), [types]]);
    expect(manifest.typesVersions?.['*'] ?? {}).toEqual(Object.fromEntries(inside));
  });

  it('have a report of their public interface', () => {
    const name = folder.split('/').at(-1)!;
    const reports = readdirSync(join(root, 'etc')).filter((file) => file.split('.')[0] === name);
    expect(reports.sort()).toEqual(typed.map(([entry]) => `${name}${entry.slice(1).replace('/', '.')}.api.md`).sort());
  });

  it('are in the API reference, but for the one that only the test kit stands on', () => {
    const { entryPoints } = json('typedoc.json') as { readonly entryPoints: readonly string[] };
    const sourcesOf = typed.map(([, { types }]) => types.replace(/^\.\/dist\/(.*)\.d\.ts$/, 'src/$1.ts'));
    expect([...entryPoints].sort()).toEqual(sourcesOf.filter((file) => `${folder}/${file}` !== `${engine}/testing.ts`).sort());
  });
});
