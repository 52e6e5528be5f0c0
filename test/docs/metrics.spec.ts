import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { metricsPage } from './metrics.js';

const path = join(resolve(import.meta.dirname, '../..'), 'docs/METRICS.md');

it('docs/METRICS.md is what `npm run docs:metrics` writes', () => {
  const page = metricsPage();
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, page);
  expect(readFileSync(path, 'utf8')).toBe(page);
});
