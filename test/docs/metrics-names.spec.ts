import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages, root, textOf } from './pages.js';

const sources = readdirSync(join(root, 'libs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /^\w+\/src\/.*(?<!\.spec)\.ts$/.test(file))
  .map((file) => readFileSync(join(root, 'libs', file), 'utf8'));
const known = new Set(sources.flatMap((text) => [...text.matchAll(/'(ouzel_[a-z_]+)'/g)].map(([, name]) => name!)));
const named = pages.flatMap((page) =>
  [...new Set([...textOf(page).matchAll(/\bouzel_[a-z_]+\b/g)].map(([name]) => name))].map((name) => ({ page, name })),
);

it.each(named)('$name on $page is a metric of the code', ({ name }) => {
  const family = name.replace(/_(bucket|sum|count)$/, '');
  expect([name, family].some((text) => known.has(text))).toBe(true);
});
