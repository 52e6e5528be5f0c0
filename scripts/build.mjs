// Compiles what is not up to date: node scripts/build.mjs [project…]
//
// A project is up to date when its fingerprint is the one of its last build and all that it emitted is still there. The
// fingerprint covers its sources, its settings, the compiler, and the declarations of the projects that it needs. The
// compiler's own notes (.tsbuildinfo) lie in the output folder and are removed whenever output is missing: with them the
// compiler would emit nothing and report success.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projects, root } from './projects.mjs';

const compilerVersion = JSON.parse(readFileSync(join(root, 'node_modules/typescript/package.json'), 'utf8')).version;

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const noteFile = ({ name, notes }) => join(root, notes, `.${name}.build.json`);

function noteOf(project) {
  try {
    return JSON.parse(readFileSync(noteFile(project), 'utf8'));
  } catch {
    return undefined;
  }
}

function fingerprint(project) {
  const hash = createHash('sha256').update(compilerVersion);
  const add = (file) => hash.update(`\n${relative(root, file)}\n`).update(readFileSync(file));
  for (const settings of ['tsconfig.base.json', project.config]) add(join(root, settings));
  const folder = dirname(join(root, project.config));
  for (const file of filesBelow(folder))
    if (file.endsWith('.ts') && !/\/(dist|node_modules)\//.test(file) && !file.endsWith('.spec.ts')) add(file);
  for (const name of project.needs) {
    const { outputs } = projects.find((other) => other.name === name);
    for (const output of outputs) for (const file of filesBelow(join(root, output))) if (file.endsWith('.d.ts')) add(file);
  }
  return hash.digest('hex');
}

function isUpToDate(project, wanted) {
  const note = noteOf(project);
  return note?.fingerprint === wanted && note.emitted.every((file) => existsSync(join(root, file)));
}

/** Removes what an earlier build emitted and this one does not. */
function removeStale(project, emitted) {
  const keep = new Set(emitted);
  for (const output of project.outputs) {
    for (const file of filesBelow(join(root, output))) {
      if (keep.has(relative(root, file)) || /^\.(.*\.)?(tsbuildinfo|build\.json)$/.test(file.slice(file.lastIndexOf('/') + 1))) continue;
      rmSync(file);
      for (let folder = dirname(file); readdirSync(folder).length === 0; folder = dirname(folder)) rmdirSync(folder);
    }
  }
}

let loaded;
/**
 * Loads the compiler, which takes a while and is not needed when everything is up to date. All projects share its parsed
 * declaration files.
 */
async function compiler() {
  if (loaded === undefined) {
    const { default: ts } = await import('typescript');
    const parsed = new Map();
    loaded = { ts, parsed };
  }
  return loaded;
}

function hostOf({ ts, parsed }, options) {
  const host = ts.createIncrementalCompilerHost(options);
  const parse = host.getSourceFile;
  host.getSourceFile = (name, version, ...rest) => {
    const isShared = name.includes('/node_modules/');
    if (!isShared) return parse.call(host, name, version, ...rest);
    const key = `${name} ${JSON.stringify(version)}`;
    if (!parsed.has(key)) parsed.set(key, parse.call(host, name, version, ...rest));
    return parsed.get(key);
  };
  return host;
}

/** Compiles the project. Returns what was emitted, or undefined when there were errors, which are printed. */
async function compile(project) {
  const shared = await compiler();
  const { ts } = shared;
  const parsed = ts.getParsedCommandLineOfConfigFile(
    join(root, project.config),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  );
  const { options, fileNames } = parsed;
  const emitted = fileNames.flatMap((file) => ts.getOutputFileNames(parsed, file, false)).map((file) => relative(root, file));
  if (!emitted.every((file) => existsSync(join(root, file)))) rmSync(options.tsBuildInfoFile, { force: true });
  const program = ts.createIncrementalProgram({
    rootNames: fileNames,
    options,
    configFileParsingDiagnostics: ts.getConfigFileParsingDiagnostics(parsed),
    host: hostOf(shared, options),
  });
  const found = [
    program.getConfigFileParsingDiagnostics(),
    program.getOptionsDiagnostics(),
    program.getGlobalDiagnostics(),
    program.getSyntacticDiagnostics(),
    program.getSemanticDiagnostics(),
  ].flat();
  const errors = found.length > 0 ? found : program.emit().diagnostics;
  if (errors.length > 0) {
    const format = { getCurrentDirectory: () => root, getCanonicalFileName: (name) => name, getNewLine: () => '\n' };
    console.error(process.stdout.isTTY ? ts.formatDiagnosticsWithColorAndContext(errors, format) : ts.formatDiagnostics(errors, format));
    return undefined;
  }
  return emitted;
}

/** Builds the project where it is not up to date. Returns false when it could not be built. */
async function build(project) {
  const wanted = fingerprint(project);
  if (isUpToDate(project, wanted)) return true;
  const started = performance.now();
  const emitted = await compile(project);
  if (emitted === undefined) return false;
  removeStale(project, emitted);
  mkdirSync(join(root, project.notes), { recursive: true });
  writeFileSync(noteFile(project), JSON.stringify({ fingerprint: wanted, emitted }));
  console.log(`built ${project.name} in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  return true;
}

function withNeeds(names) {
  const wanted = new Set();
  const add = (name) => {
    const project = projects.find((other) => other.name === name);
    if (project === undefined) throw new Error(`there is no project "${name}": ${projects.map((other) => other.name).join(', ')}`);
    project.needs.forEach(add);
    wanted.add(name);
  };
  names.forEach(add);
  return projects.filter(({ name }) => wanted.has(name));
}

const names = process.argv.slice(2);
for (const project of withNeeds(names.length > 0 ? names : projects.map(({ name }) => name))) {
  if (!(await build(project))) {
    console.error(`${project.name} was not built`);
    process.exit(1);
  }
}
