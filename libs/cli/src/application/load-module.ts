import { createRequire } from 'node:module';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OuzelError, whatOf, asError } from '@ouzel/core';
import * as ownStreams from '@ouzel/streams';
import type { LoadedApplication, LoadedModule, StreamsEntry } from './loaded-application.js';

/** The part of `@ouzel/nestjs` that assembles the applications of a Nest module without starting them. */
interface NestEntry {
  assembledApplications(module: unknown): Promise<Omit<LoadedModule, 'streams'>>;
}

/**
 * Loads the applications of a compiled module, `dist/app.module.js`, or of one of its exports,
 * `dist/app.module.js#AppModule`. What is exported is a Nest module, a topology, a KafkaStreams, an object
 * `{ topology, config }`, or a function that returns one of these, or a promise of it. Throws OUZEL_CONFIG for anything
 * else.
 */
export async function loadModule(specifier: string): Promise<LoadedModule> {
  const [path, name] = specifier.split('#') as [string, string | undefined];
  const file = resolve(path);
  refuseTypeScript(file);
  const exported = await importFile(file);
  const streams = await entryOf<StreamsEntry>(file, '@ouzel/streams', ownStreams);
  const candidates = name === undefined ? candidatesIn(exported) : [exported[name]];
  for (const candidate of candidates) {
    const value = await called(candidate);
    const applications = applicationsIn(value, streams);
    if (applications !== undefined) return { applications, streams, close: () => Promise.resolve() };
    if (!isNestModule(value)) continue;
    const nest = await entryOf<NestEntry | undefined>(file, '@ouzel/nestjs', undefined);
    if (nest?.assembledApplications === undefined)
      throw wrong(specifier, 'it is a Nest module, and @ouzel/nestjs can not be loaded beside it');
    return { ...(await nest.assembledApplications(value)), streams };
  }
  throw wrong(specifier, name === undefined ? 'it exports no application' : `its export ${name} is no application`);
}

function wrong(where: string, what: string): OuzelError {
  return new OuzelError('OUZEL_CONFIG', {
    what,
    where: `--app ${where}`,
    help: 'Export a Nest module, a topology, or { topology, config }; or a function that returns one. Name an export behind #.',
  });
}

function refuseTypeScript(file: string): void {
  if (!/^\.[mc]?tsx?$/.test(extname(file))) return;
  throw new OuzelError('OUZEL_CONFIG', {
    what: 'TypeScript sources are not loaded',
    where: `--app ${file}`,
    help: 'Build the application, and give the JavaScript file, such as dist/app.module.js.',
  });
}

async function importFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new OuzelError('OUZEL_CONFIG', {
      what: `the module can not be loaded: ${whatOf(asError(cause))}`,
      where: `--app ${file}`,
      cause,
    });
  }
}

/** Returns a package as the file itself would import it. */
async function entryOf<T>(file: string, name: string, otherwise: T): Promise<T> {
  try {
    return (await import(pathToFileURL(createRequire(file).resolve(name)).href)) as T;
  } catch {
    return otherwise;
  }
}

/** Returns the default export first, which of a CommonJS module is the object of its exports. */
function candidatesIn(exported: Readonly<Record<string, unknown>>): unknown[] {
  const { default: standard, ...named } = exported;
  const inside = (standard as { readonly default?: unknown } | undefined)?.default;
  const all = [inside, standard, ...('topology' in named ? [named] : []), ...Object.values(named)];
  return [...new Set(all)].filter((value) => (typeof value === 'object' || typeof value === 'function') && value !== null);
}

/** Calls a function that is no class. */
function called(candidate: unknown): unknown {
  const isFactory =
    typeof candidate === 'function' && !/^class\b/.test(Function.prototype.toString.call(candidate)) && !isNestModule(candidate);
  return isFactory && candidate.length === 0 ? (candidate as () => unknown)() : candidate;
}

function applicationsIn(
  value: unknown,
  { Topology, KafkaStreams, StreamsBuilder }: StreamsEntry,
): readonly LoadedApplication[] | undefined {
  if (value instanceof Topology) return [{ name: 'default', topology: value, config: undefined }];
  if (value instanceof KafkaStreams) return [{ name: value.applicationId, topology: value.topology, config: undefined }];
  if (typeof value !== 'object' || value === null || !('topology' in value)) return undefined;
  const { topology: given, config } = value as { readonly topology: unknown; readonly config?: ownStreams.StreamsConfig };
  const topology = given instanceof StreamsBuilder ? given.build() : given;
  return topology instanceof Topology ? [{ name: 'default', topology, config }] : undefined;
}

/** A class with the metadata of `@Module()`, or a dynamic module. */
function isNestModule(value: unknown): boolean {
  if (typeof value === 'object') return typeof (value as { readonly module?: unknown } | null)?.module === 'function';
  const { getMetadataKeys } = Reflect as { readonly getMetadataKeys?: (target: object) => readonly unknown[] };
  if (typeof value !== 'function' || getMetadataKeys === undefined) return false;
  return getMetadataKeys(value).some((key) => ['imports', 'providers', 'controllers', 'exports'].includes(String(key)));
}
