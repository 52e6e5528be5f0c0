import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../docs/pages.js';
import { packageNames, tarballOf, unpack, type PackageJson } from './tarballs.js';

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

describe.each(packageNames)('the tarball of @ouzel/%s', (name) => {
  let folder: string;
  let files: string[];
  let manifest: PackageJson;
  beforeAll(() => {
    folder = unpack(name);
    files = filesIn(folder);
    manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
  });
  afterAll(() => rmSync(dirname(folder), { recursive: true }));

  it('holds compiled code, its maps, and the pages of the package, and nothing else', () => {
    const expected = /^(package\.json|README\.md|AGENTS\.md|LICENSE|CHANGELOG\.md|dist\/.+\.(js|js\.map|d\.ts)|jest\/[\w-]+\.cjs)$/;
    const paths = files.map((file) => file.slice(folder.length + 1));
    expect(paths.filter((path) => !expected.test(path) || /\.(spec|spec-support|kafka-spec)\./.test(path))).toEqual([]);
    for (const page of ['README.md', 'LICENSE', 'CHANGELOG.md', 'dist/index.js', 'dist/index.d.ts']) expect(paths).toContain(page);
  });

  it('has what a registry shows of it', () => {
    expect(manifest).toMatchObject({
      license: 'Apache-2.0',
      type: 'module',
      repository: { type: 'git', url: 'git+https://github.com/ouzel/ouzel.git', directory: `libs/${name}` },
      homepage: `https://github.com/ouzel/ouzel/tree/main/libs/${name}#readme`,
      bugs: { url: 'https://github.com/ouzel/ouzel/issues' },
    });
    expect((manifest.keywords as string[]).length).toBeGreaterThan(2);
    expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
  });

  it('has every file that its entries name', () => {
    const targets = Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)));
    expect(targets.filter((target) => !existsSync(join(folder, target)))).toEqual([]);
  });

  it('names each package that it imports as a dependency', () => {
    const declared = [manifest.name, ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })];
    const imported = files
      .filter((file) => /\.(js|d\.ts)$/.test(file))
      .flatMap((file) => [
        ...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;]*?from '([^'.][^']*)'|\bimport\(["']([^"'.][^"']*)["']\)/gm),
      ])
      .map(([, from, dynamic]) => (from ?? dynamic)!)
      .filter((specifier) => !specifier.startsWith('node:'))
      .map((specifier) =>
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    expect([...new Set(imported)].filter((dependency) => !declared.includes(dependency))).toEqual([]);
  });

  it('has source maps that hold their sources and name no folder of a machine', () => {
    const maps = files.filter((file) => file.endsWith('.js.map'));
    expect(maps).toHaveLength(files.filter((file) => file.startsWith(join(folder, 'dist')) && file.endsWith('.js')).length);
    for (const file of maps) {
      const { sources, sourcesContent } = JSON.parse(readFileSync(file, 'utf8')) as { sources: string[]; sourcesContent: string[] };
      expect(sources.filter((source) => !/^(\.\.\/)+src\/[\w./-]+\.ts$/.test(source))).toEqual([]);
      expect(sourcesContent).toHaveLength(sources.length);
    }
    expect(files.filter((file) => readFileSync(file, 'utf8').includes(root))).toEqual([]);
  });

  it('passes publint', () => {
    execFileSync(bin('publint'), [folder, '--strict', '--pack', 'false'], { stdio: 'pipe' });
  });

  it('has types that every module resolution finds', () => {
    // ES modules on purpose: a require of them works in Node, see docs/COMMONJS.md.
    const options = ['--ignore-rules', 'cjs-resolves-to-esm', '--exclude-entrypoints', 'jest-preset'];
    execFileSync(bin('attw'), [tarballOf(name), ...options], { stdio: 'pipe' });
  });
});
