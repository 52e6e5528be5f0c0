/** What the projects of each version of Nest install, for all applications of the matrix. */
const shared = {
  '@swc/core': '^1.16.22',
  '@swc/jest': '^0.2.39',
  '@types/express': '^5.0.0',
  '@types/jest': '^30.0.0',
  '@types/node': '^24.0.0',
  '@types/supertest': '^7.0.0',
  jest: '^30.0.0',
  'reflect-metadata': '^0.2.2',
  rxjs: '^7.8.1',
  supertest: '^7.0.0',
  'ts-jest': '^29.4.15',
  'ts-loader': '^9.5.2',
  vitest: '^4.1.2',
  webpack: '^5.100.0',
  'webpack-node-externals': '^3.0.0',
};

const ofNest = (names: readonly string[], version: string) => Object.fromEntries(names.map((name) => [`@nestjs/${name}`, version]));
const parts = ['common', 'core', 'microservices', 'platform-express', 'platform-fastify', 'testing', 'cli', 'schematics'];

export const nestProjects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '11': { ...shared, ...ofNest(parts, '^11.0.1'), '@swc/cli': '^0.7.0', typescript: '^5.7.3' },
  '12': {
    ...shared,
    ...ofNest(parts, '^12.0.1'),
    '@rspack/core': '^2.3.0',
    '@swc/cli': '^0.8.1',
    'fork-ts-checker-webpack-plugin': '^9.1.0',
    'tsconfig-paths-webpack-plugin': '^4.2.0',
    typescript: '^6.0.2',
  },
};

const compilerOptions = {
  module: 'nodenext',
  moduleResolution: 'nodenext',
  resolvePackageJsonExports: true,
  esModuleInterop: true,
  isolatedModules: true,
  declaration: true,
  removeComments: true,
  emitDecoratorMetadata: true,
  experimentalDecorators: true,
  target: 'ES2023',
  sourceMap: true,
  rootDir: './src',
  outDir: './dist',
  skipLibCheck: true,
  strict: true,
  strictPropertyInitialization: false,
  types: ['node', 'jest'],
};

export interface Modules {
  readonly type: 'module' | 'commonjs';
  readonly compilerOptions: Readonly<Record<string, unknown>>;
}

/** The settings that `nest new` writes, by how an application has its modules. */
export const moduleKinds: Readonly<Record<string, Modules>> = {
  'ES modules': { type: 'module', compilerOptions },
  'CommonJS, nodenext': { type: 'commonjs', compilerOptions },
  // What Nest wrote until TypeScript 5.8.
  'CommonJS, node10': {
    type: 'commonjs',
    compilerOptions: { ...compilerOptions, module: 'commonjs', moduleResolution: 'node10', resolvePackageJsonExports: undefined },
  },
};

const bin = (path: string, ...args: readonly string[]) => ['node', `node_modules/${path}`, ...args];
const nest = (...args: readonly string[]) => bin('@nestjs/cli/bin/nest.js', 'build', ...args);

/** The commands that build an application. */
export const builds: Readonly<Record<string, readonly string[]>> = {
  tsc: bin('typescript/bin/tsc'),
  'nest build': nest(),
  'nest build -b swc': nest('-b', 'swc'),
  'nest build --webpack': nest('--webpack'),
  'nest build --builder rspack': nest('--builder', 'rspack'),
};

const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2022',
    keepClassNames: true,
  },
};

/** The Jest configuration that Nest 11 writes, and the one line that docs/COMMONJS.md asks for. */
const jestOf = (transform: Readonly<Record<string, unknown>>) => ({
  moduleFileExtensions: ['js', 'json', 'ts'],
  rootDir: 'src',
  testRegex: '.*\\.spec\\.ts$',
  transform,
  testEnvironment: 'node',
  preset: '@ouzel/testing',
});

const esmJest = {
  rootDir: 'src',
  testRegex: '.*\\.spec\\.ts$',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true }] },
};

export interface TestRun {
  readonly command: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

const jest = (config: object, ...flags: readonly string[]): TestRun => ({
  command: ['node', ...flags, 'node_modules/jest/bin/jest.js'],
  files: { 'jest.config.json': JSON.stringify(config) },
});

/** How an application tests itself; undefined where it does not. */
export const testRuns: Readonly<Record<string, TestRun | 'none'>> = {
  'Jest, ts-jest': jest(jestOf({ '^.+\\.(t|j)s$': 'ts-jest' })),
  'Jest, ts-jest for .ts only': jest(jestOf({ '^.+\\.ts$': 'ts-jest' })),
  'Jest, @swc/jest': jest(jestOf({ '^.+\\.(t|j)s$': ['@swc/jest', swc] })),
  'Jest with ES modules, ts-jest': jest(esmJest, '--experimental-vm-modules', '--no-warnings'),
  Vitest: {
    command: bin('vitest/vitest.mjs', 'run'),
    files: {
      'vitest.config.mjs': "export default { test: { globals: true, include: ['src/**/*.spec.ts'] } };\n",
    },
  },
  '–': 'none',
};
