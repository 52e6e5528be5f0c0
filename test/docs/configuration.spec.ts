import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configurationPage } from './configuration.js';

const path = join(resolve(import.meta.dirname, '../..'), 'docs/CONFIGURATION.md');

it('docs/CONFIGURATION.md is what `npm run docs:config` writes', () => {
  const page = configurationPage();
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, page);
  expect(readFileSync(path, 'utf8')).toBe(page);
});
