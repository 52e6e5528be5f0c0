import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../docs/pages.js';

export const packageNames = ['core', 'kafka', 'streams', 'nestjs', 'testing', 'cli'] as const;
export type PackageName = (typeof packageNames)[number];

export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** The folder with the tarballs that `npm run test:packages` has packed. */
function folder(): string {
  const found = process.env.OUZEL_PACKAGES;
  if (found === undefined) throw new Error('run these suites by `npm run test:packages`, which packs the packages first');
  return found;
}

export function tarballOf(name: PackageName): string {
  const found = readdirSync(folder()).find((file) => file.startsWith(`ouzel-${name}-`) && file.endsWith('.tgz'));
  if (found === undefined) throw new Error(`there is no tarball of ${name} in ${folder()}`);
  return join(folder(), found);
}

/**
 * The version of a development dependency of the project, so that applications are built with what the project itself
 * is built with.
 */
export function versionOf(dependency: string): string {
  return (JSON.parse(readFileSync(join(root, 'node_modules', dependency, 'package.json'), 'utf8')) as PackageJson).version;
}

/** Unpacks a tarball; returns the folder of the package. */
export function unpack(name: PackageName): string {
  const into = mkdtempSync(join(tmpdir(), `ouzel-${name}-`));
  execFileSync('tar', ['xzf', tarballOf(name), '-C', into]);
  return join(into, 'package');
}
