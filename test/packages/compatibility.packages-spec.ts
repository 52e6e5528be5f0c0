import { cells, meaningOf, type Cell } from './cells.js';
import { firstApplication, mains, seeItWork } from './nest-application.js';
import { builds, moduleKinds, nestProjects, testRuns } from './nest-projects.js';
import { Project } from './project.js';

/** In CommonJS, relative imports have no ending. */
function withoutEndings(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, code]) => [name, code.replace(/(from '\.[^']*)\.js'/g, "$1'")]));
}

/** Writes the application of a row, builds it, runs it, and runs its test. */
async function check(project: Project, cell: Cell): Promise<void> {
  const { type, compilerOptions } = meaningOf(cell.modules, moduleKinds);
  const test = meaningOf(cell.tests, testRuns);
  const main = meaningOf(cell.kind, mains);
  const sources = { ...firstApplication(), 'src/main.ts': main.code };
  const app = project.inside(cell.name.replace(/\W+/g, '-'));
  app.write(type === 'module' ? sources : withoutEndings(sources)).write({
    'package.json': JSON.stringify({ private: true, type }),
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'] }),
    'tsconfig.build.json': JSON.stringify({ extends: './tsconfig.json', exclude: ['**/*.spec.ts'] }),
    'nest-cli.json': JSON.stringify({ sourceRoot: 'src', compilerOptions: { tsConfigPath: 'tsconfig.build.json' } }),
    ...(test === 'none' ? {} : test.files),
  });
  const [command, ...args] = meaningOf(cell.build, builds);
  await app.run(command!, args);
  await seeItWork(app, main.isServed);
  if (test !== 'none') await app.run(test.command[0]!, test.command.slice(1));
}

/** Runs work, so many at a time. */
function pool(size: number): <T>(work: () => Promise<T>) => Promise<T> {
  const lanes = Array.from({ length: size }, () => Promise.resolve<unknown>(undefined));
  let next = 0;
  return (work) => {
    const lane = next++ % size;
    const done = lanes[lane]!.then(work);
    lanes[lane] = done.catch(() => {});
    return done;
  };
}

describe.each(Object.keys(nestProjects))('the first application, in Nest %s', (nest) => {
  const project = new Project();
  const ofVersion = cells().filter((cell) => cell.nest === nest);
  const outcomes = new Map<string, Promise<void>>();

  beforeAll(async () => {
    project.write({ 'package.json': JSON.stringify({ private: true, devDependencies: nestProjects[nest] }) });
    await project.install();
    const inTurn = pool(2);
    for (const cell of ofVersion) {
      const outcome = inTurn(() => check(project, cell));
      outcome.catch(() => {}); // Its test reports it.
      outcomes.set(cell.name, outcome);
    }
  }, 300_000);
  afterAll(() => project.remove());

  it.each(ofVersion.map(({ name }) => name))('%s', (name) => outcomes.get(name), 300_000);
});

it('every row of the table is tested', () => {
  const versions = new Set(cells().map(({ nest }) => nest));
  expect([...versions].sort()).toEqual(Object.keys(nestProjects));
});
