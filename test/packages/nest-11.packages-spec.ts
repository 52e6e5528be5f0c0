import { firstApplication, seeRecordComeThrough } from './nest-application.js';
import { Project } from './project.js';

const jest = {
  moduleFileExtensions: ['js', 'json', 'ts'],
  rootDir: 'src',
  testRegex: '.*\\.spec\\.ts$',
  transform: { '^.+\\.(t|j)s$': 'ts-jest' },
  collectCoverageFrom: ['**/*.(t|j)s'],
  coverageDirectory: '../coverage',
  testEnvironment: 'node',
  // The one line that docs/COMMONJS.md asks for.
  preset: '@ouzel/testing',
};

/** The project that `nest new` of version 11 writes, without tools that play no part here. */
const nest11 = {
  'package.json': JSON.stringify({
    name: 'nest-11',
    private: true,
    dependencies: {
      '@nestjs/common': '^11.0.1',
      '@nestjs/core': '^11.0.1',
      '@nestjs/platform-express': '^11.0.1',
      'reflect-metadata': '^0.2.2',
      rxjs: '^7.8.1',
    },
    devDependencies: {
      '@nestjs/testing': '^11.0.1',
      '@types/express': '^5.0.0',
      '@types/jest': '^30.0.0',
      '@types/node': '^24.0.0',
      '@types/supertest': '^7.0.0',
      jest: '^30.0.0',
      supertest: '^7.0.0',
      'ts-jest': '^29.2.5',
      typescript: '^5.7.3',
    },
    jest,
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
      baseUrl: './',
      incremental: true,
      skipLibCheck: true,
      strictNullChecks: true,
      forceConsistentCasingInFileNames: true,
      noImplicitAny: true,
      strictBindCallApply: true,
      noFallthroughCasesInSwitch: true,
    },
  }),
  'tsconfig.build.json': JSON.stringify({ extends: './tsconfig.json', exclude: ['node_modules', 'test', 'dist', '**/*spec.ts'] }),
  // The settings that Nest 11 wrote until TypeScript 5.8.
  'tsconfig.commonjs.json': JSON.stringify({
    extends: './tsconfig.build.json',
    compilerOptions: {
      module: 'commonjs',
      moduleResolution: 'node10',
      resolvePackageJsonExports: null,
      outDir: './dist-commonjs',
      incremental: false,
    },
    exclude: ['node_modules', 'test', 'dist', '**/*spec.ts'],
  }),
};

/** In CommonJS, relative imports have no ending. */
function withoutEndings(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, code]) => [name, code.replace(/(from '\.[^']*)\.js'/g, "$1'")]));
}

describe('the first application in a Nest 11 project, in CommonJS', () => {
  const project = new Project();
  beforeAll(() => project.write(nest11).write(withoutEndings(firstApplication())).install(), 300_000);
  afterAll(() => project.remove());

  it('compiles', () => project.run('npx', ['tsc', '--noEmit']), 120_000);
  it('compiles as the CommonJS of older projects', () => project.run('npx', ['tsc', '-p', 'tsconfig.commonjs.json']), 120_000);
  it('passes its test in Jest with the preset', () => project.run('npx', ['jest']), 120_000);
  it('passes its test where the project transforms TypeScript only', async () => {
    const config = { ...jest, transform: { '^.+\\.ts$': 'ts-jest' } };
    await project.run('npx', ['jest', '--config', JSON.stringify({ ...config, rootDir: `${project.folder}/src` })]);
  }, 120_000);
  it('runs', async () => {
    await project.run('npx', ['tsc', '-p', 'tsconfig.build.json']);
    await seeRecordComeThrough(project);
  }, 180_000);
});
