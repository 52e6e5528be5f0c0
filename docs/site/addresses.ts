import { posix } from 'node:path';

/** The address of the project, as pages that are published with a package write it. */
const project = 'https://github.com/ouzel/ouzel';

/** Where a link leads to inside of the project. */
export interface Target {
  /** A file or a folder, as a path from the root of the project. */
  readonly file: string;
  readonly anchor: string | undefined;
}

/** Returns where a link on a page leads to; undefined where it leads out of the project. */
export function targetOf(page: string, link: string): Target | undefined {
  const [path = '', anchor] = link.split('#');
  if (path === project) return { file: 'README.md', anchor: anchor === 'readme' ? undefined : anchor };
  const inProject = new RegExp(`^${project}/(?:blob|tree)/main/(.+)$`).exec(path)?.[1];
  if (inProject === undefined && /^\w+:/.test(path)) return undefined;
  const file = path === '' ? page : (inProject ?? posix.join(posix.dirname(page), path));
  return { file, anchor: inProject !== undefined && anchor === 'readme' ? undefined : anchor };
}

/** Returns the anchor that GitHub gives to a heading. The site uses the same ones. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

/** Returns the path of a page on the site: `docs/GUIDE.md` is `guide.md`, `libs/nestjs/README.md` is `packages/nestjs.md`. */
export function sitePath(file: string): string {
  if (file === 'README.md') return 'index.md';
  const path = file
    .replace(/^docs\//, '')
    .replace(/^libs\//, 'packages/')
    .replace(/\/README\.md$/, '.md')
    .toLowerCase();
  return file.includes('/') ? path : `project/${path}`;
}

/** What the site has, and what the project has. */
export interface Places {
  isPage(file: string): boolean;
  exists(file: string): boolean;
}

/**
 * Returns a link of a page as the site writes it: to another page of the site, or to the file on GitHub. Links that lead
 * out of the project, or to nothing, stay as they are.
 */
export function siteLink(page: string, link: string, { isPage, exists }: Places): string {
  const target = targetOf(page, link);
  if (target === undefined) return link;
  const anchor = target.anchor === undefined ? '' : `#${target.anchor}`;
  const file = [target.file, posix.join(target.file, 'README.md')].find(isPage);
  if (file !== undefined) return `/${sitePath(file)}${anchor}`;
  return exists(target.file) ? `${project}/blob/main/${target.file}${anchor}` : link;
}
