import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/**
 * The projects that are compiled, in the order of their needs. `outputs` are the folders that hold nothing but the
 * project's output. `notes` is the folder in which a build writes down what it compiled.
 */
export const projects = [
  { name: 'core', config: 'libs/core/tsconfig.lib.json', outputs: ['libs/core/dist'], notes: 'libs/core/dist', needs: [] },
  { name: 'kafka', config: 'libs/kafka/tsconfig.lib.json', outputs: ['libs/kafka/dist'], notes: 'libs/kafka/dist', needs: ['core'] },
  {
    name: 'streams',
    config: 'libs/streams/tsconfig.lib.json',
    outputs: ['libs/streams/dist'],
    notes: 'libs/streams/dist',
    needs: ['core', 'kafka'],
  },
  {
    name: 'nestjs',
    config: 'libs/nestjs/tsconfig.lib.json',
    outputs: ['libs/nestjs/dist'],
    notes: 'libs/nestjs/dist',
    needs: ['core', 'kafka', 'streams'],
  },
  {
    name: 'testing',
    config: 'libs/testing/tsconfig.lib.json',
    outputs: ['libs/testing/dist'],
    notes: 'libs/testing/dist',
    needs: ['core', 'kafka', 'streams', 'nestjs'],
  },
  {
    name: 'cli',
    config: 'libs/cli/tsconfig.lib.json',
    outputs: ['libs/cli/dist'],
    notes: 'libs/cli/dist',
    needs: ['core', 'kafka', 'streams'],
  },
  {
    name: 'sample-app',
    config: 'sample-app/tsconfig.app.json',
    outputs: ['dist/sample-app'],
    notes: 'dist/sample-app',
    needs: ['core', 'kafka', 'streams', 'nestjs'],
  },
  {
    name: 'examples',
    config: 'examples/tsconfig.json',
    outputs: ['dist/examples'],
    notes: 'dist/examples',
    needs: ['core', 'kafka', 'streams', 'nestjs'],
  },
  {
    name: 'test',
    config: 'test/tsconfig.json',
    outputs: ['dist/golden', 'dist/bench', 'dist/kafka', 'dist/damage', 'dist/chaos'],
    notes: 'dist',
    needs: ['core', 'kafka', 'streams', 'nestjs', 'testing'],
  },
];
