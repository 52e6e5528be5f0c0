import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../docs/pages.js';
import { firstApplication } from './nest-application.js';
import { Project } from './project.js';
import { packageNames, type PackageJson } from './tarballs.js';

/**
 * The least version of TypeScript that the packages say they need, and the newest. The applications are compiled by
 * those between them.
 */
const compilers = { least: '5.4', newest: '7' };

const resolutions = {
  node10: { module: 'commonjs', moduleResolution: 'node10' },
  node16: { module: 'node16', moduleResolution: 'node16' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'es2022', moduleResolution: 'bundler' },
};

/** Every entry of every package that has types. */
function entries(): string[] {
  return packageNames.flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(root, 'libs', name, 'package.json'), 'utf8')) as PackageJson;
    return Object.entries(exports).flatMap(([path, target]) => (typeof target === 'string' ? [] : [`@ouzel/${name}${path.slice(1)}`]));
  });
}

const cases = Object.keys(compilers).flatMap((compiler) =>
  // TypeScript 7 has no node10.
  Object.keys(resolutions).flatMap((resolution) =>
    compiler === 'newest' && resolution === 'node10' ? [] : [[compiler, resolution] as const],
  ),
);

describe('the types of the packages', () => {
  const project = new Project();
  beforeAll(async () => {
    const dependencies = ['@nestjs/common', '@nestjs/core', '@nestjs/testing'].map((name) => [name, '^12.0.1']);
    const aliases = Object.entries(compilers).map(([name, version]) => [`typescript-${name}`, `npm:typescript@${version}`]);
    const others = {
      '@types/node': '^20',
      '@types/jest': '^30',
      '@types/supertest': '^7',
      'class-transformer': '^0.5.1',
      'class-validator': '^0.15.1',
      supertest: '^7',
      rxjs: '^7.8.1',
      'reflect-metadata': '^0.2.2',
    };
    project.write({
      'package.json': JSON.stringify({
        private: true,
        type: 'module',
        dependencies: { ...(Object.fromEntries([...dependencies, ...aliases]) as Record<string, string>), ...others },
      }),
      'entries.ts': entries()
        .map((entry, i) => `export * as entry${i} from '${entry}';\n`)
        .join(''),
      ...firstApplication(),
    });
    await project.install();
  }, 300_000);
  afterAll(() => project.remove());

  // Declarations of others are not for us to judge, so their errors are left out.
  it.each(cases)(
    'compile by TypeScript %s with the module resolution %s, library check included',
    async (compiler, resolution) => {
      const compilerOptions = {
        ...resolutions[resolution as keyof typeof resolutions],
        strict: true,
        target: 'es2022',
        lib: ['es2022', 'esnext.disposable'],
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        esModuleInterop: true,
        noEmit: true,
        skipLibCheck: false,
        types: ['node', 'jest'],
      };
      project.write({ 'tsconfig.json': JSON.stringify({ compilerOptions, include: ['entries.ts', 'src'] }) });
      const { output } = await project.start('node', [`node_modules/typescript-${compiler}/bin/tsc`]).ended;
      const faults = output.split('\n').filter((line) => line.includes('error TS') && !/^node_modules\/(?!@ouzel\/)/.test(line));
      expect(faults).toEqual([]);
    },
    120_000,
  );
});
