import { sitePath } from '../../docs/site/addresses.js';
import { sitePages } from '../../docs/site/pages.js';
import { pages, textOf } from './pages.js';

describe('the site of the documentation', () => {
  const files = sitePages.map(({ file }) => file);

  it('has every page in its sidebar', () => {
    expect([...files].sort()).toEqual([...pages].sort());
  });

  it('gives every page an address of its own', () => {
    expect(new Set(files.map(sitePath)).size).toBe(files.length);
  });
});

it('README.md links to every page of docs', () => {
  const links = new Set([...textOf('README.md').matchAll(/\]\((docs\/\w[\w-]*\.md)\)/g)].map(([, link]) => link));
  expect(pages.filter((page) => /^docs\/[^/]+$/.test(page) && !links.has(page))).toEqual([]);
});
