import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { anchorOf, siteLink, sitePath } from '../addresses.ts';
import { home, sections, sitePages } from '../pages.ts';

const root = resolve(import.meta.dirname, '../../..');
const files = new Set(sitePages.map(({ file }) => file));
const places = { isPage: (file) => files.has(file), exists: (file) => existsSync(resolve(root, file)) };

/** Pages link to each other as on GitHub, by their files. */
function linksOfTheSite(md) {
  md.core.ruler.push('links-of-the-site', ({ tokens, env }) => {
    // The index of the search renders pages too; links do not matter there.
    if (env.realPath === undefined) return;
    const page = relative(root, env.realPath);
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        if (token.type === 'link_open') token.attrSet('href', siteLink(page, token.attrGet('href'), places));
      }
    }
  });
}

/** The address of a page on the site. */
function linkTo(file) {
  if (!files.has(file)) throw new Error(`The site has no page ${file}`);
  return `/${sitePath(file)}`;
}

/** The pictures of the operators: the times of records stand back, what was dropped stands out. */
const pictures = {
  name: 'timeline',
  scopeName: 'text.timeline',
  patterns: [
    { match: '^dropped\\b.*', name: 'invalid' },
    { match: '@(\\[[^)]*\\)|\\w+)', name: 'comment' },
    { match: '^\\w[\\w-]*', name: 'keyword' },
  ],
};

/**
 * Pages import Vue as if they were in this folder, which has the packages. What renders the pages at the build runs in this
 * folder, and imports Vue by itself.
 */
const packagesOfPages = {
  name: 'packages-of-pages',
  enforce: 'pre',
  resolveId(source, importer, { ssr }) {
    if (!/^vue(\/|$)/.test(source)) return;
    if (ssr) return { id: source, external: true };
    if (importer?.endsWith('.md')) return this.resolve(source, resolve(root, 'docs/site/package.json'));
  },
};

/** The site is made of the markdown files where they are: there are no copies. Links to pages that do not exist fail. */
export default {
  title: 'Ouzel',
  description: 'Kafka Streams for NestJS, in TypeScript',
  lang: 'en',
  // No request for an icon.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  base: process.env.SITE_BASE ?? '/',
  srcDir: root,
  srcExclude: ['dist/**', 'etc/**', 'test/**', '**/CHANGELOG.md'],
  outDir: resolve(root, 'dist/site'),
  cacheDir: resolve(root, 'dist/.site-cache'),
  vite: { plugins: [packagesOfPages] },
  rewrites: Object.fromEntries(sitePages.map(({ file }) => [file, sitePath(file)])),
  markdown: { languages: [pictures], anchor: { slugify: anchorOf }, config: linksOfTheSite },
  transformPageData(page) {
    if (page.filePath !== home.file) return;
    page.frontmatter = {
      layout: 'home',
      hero: {
        name: 'Ouzel',
        text: 'Kafka Streams for NestJS',
        tagline: 'Tables, windows and joins on Kafka, with local state that is backed up in Kafka. No JVM.',
        actions: [
          { theme: 'brand', text: 'Guide', link: linkTo('docs/GUIDE.md') },
          { theme: 'alt', text: 'Operators', link: linkTo('docs/OPERATORS.md') },
          { theme: 'alt', text: 'Packages', link: linkTo('libs/nestjs/README.md') },
        ],
      },
    };
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: linkTo('docs/GUIDE.md') },
      { text: 'Operators', link: linkTo('docs/OPERATORS.md') },
      { text: 'Configuration', link: linkTo('docs/CONFIGURATION.md') },
      // Typedoc writes it (scripts/docs-site.mjs).
      { text: 'API reference', link: '/reference/index.html', target: '_self' },
    ],
    sidebar: sections.map(({ title, pages }) => ({
      text: title,
      items: pages.map((page) => ({ text: page.title, link: linkTo(page.file) })),
    })),
    socialLinks: [{ icon: 'github', link: 'https://github.com/ouzel/ouzel' }],
  },
};
