import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/**
 * What is compiled, in the order in which it is needed. `outputs` are the folders that hold nothing but this project's
 * output; `notes` is where its last build left what it was made from.
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
    outputs: ['dist/golden', 'dist/bench', 'dist/kafka', 'dist/damage'],
    notes: 'dist',
    needs: ['core', 'kafka', 'streams', 'nestjs', 'testing'],
  },
];
