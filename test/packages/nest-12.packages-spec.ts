import { firstApplication, seeRecordComeThrough } from './nest-application.js';
import { Project } from './project.js';

/** The project that `nest new` of version 12 writes for an ES module, without tools that play no part here. */
const nest12 = {
  'package.json': JSON.stringify({
    name: 'nest-12',
    private: true,
    type: 'module',
    dependencies: {
      '@nestjs/common': '^12.0.1',
      '@nestjs/core': '^12.0.1',
      '@nestjs/platform-express': '^12.0.1',
      'reflect-metadata': '^0.2.2',
      rxjs: '^7.8.1',
    },
    devDependencies: {
      '@nestjs/testing': '^12.0.1',
      '@types/express': '^5.0.0',
      '@types/node': '^24.0.0',
      '@types/supertest': '^7.0.0',
      supertest: '^7.0.0',
      typescript: '^6.0.2',
      'vite-tsconfig-paths': '^5.1.4',
      vitest: '^4.1.2',
    },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      module: 'nodenext',
      moduleResolution: 'nodenext',
      resolvePackageJsonExports: true,
      esModuleInterop: true,
      isolatedModules: true,
      declaration: true,
      removeComments: true,
      emitDecoratorMetadata: true,
      experimentalDecorators: true,
      allowSyntheticDefaultImports: true,
      target: 'ES2023',
      sourceMap: true,
      outDir: './dist',
      rootDir: '.',
      incremental: true,
      skipLibCheck: true,
      strict: true,
      strictPropertyInitialization: false,
      types: ['vitest/globals', 'node'],
    },
  }),
  'tsconfig.build.json': JSON.stringify({
    extends: './tsconfig.json',
    compilerOptions: { rootDir: './src' },
    include: ['src'],
    exclude: ['node_modules', 'test', 'dist', '**/*spec.ts'],
  }),
  'vitest.config.ts': `import { defineConfig } from 'vitest/config';
import tsconfigPaths from 'vite-tsconfig-paths';

export default defineConfig({
  plugins: [tsconfigPaths()],
  test: { globals: true, root: './', include: ['**/*.spec.ts'] },
});
`,
};

describe('the first application in a Nest 12 project', () => {
  const project = new Project();
  beforeAll(() => project.write(nest12).write(firstApplication()).install(), 300_000);
  afterAll(() => project.remove());

  it('compiles', () => project.run('npx', ['tsc', '--noEmit']), 120_000);
  it('passes its test in vitest', () => project.run('npx', ['vitest', 'run']), 120_000);
  it('runs', async () => {
    await project.run('npx', ['tsc', '-p', 'tsconfig.build.json']);
    await seeRecordComeThrough(project);
  }, 180_000);
});
