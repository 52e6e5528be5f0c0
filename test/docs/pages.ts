import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

const namesIn = (folder: string) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []);
const markdownIn = (folder: string) =>
  namesIn(folder)
    .filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')
    .map((name) => join(folder, name));

/** Every page of documentation, as a path from the root of the project. */
export const pages: readonly string[] = [
  ...markdownIn('.'),
  ...markdownIn('docs'),
  ...markdownIn('docs/decisions'),
  ...markdownIn('docs/operators'),
  ...markdownIn('examples'),
  ...namesIn('libs').flatMap((name) => markdownIn(join('libs', name))),
];

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** A fenced block of code. */
export interface CodeBlock {
  /**
   * Where the page wants it to stand: `// src/main.ts` in its first line. Undefined where it is a program of its own.
   */
  readonly file: string | undefined;
  readonly code: string;
}

/** The blocks of a page in this language. A block that begins with "// continued" is joined to the block before it. */
export function codeBlocksOf(page: string, language: 'ts' | 'js'): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  for (const [, code] of textOf(page).matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))) {
    if (code!.startsWith('// continued')) {
      const { file, code: before } = blocks.pop()!;
      blocks.push({ file, code: `${before}\n${code}` });
    } else blocks.push({ file: /^\/\/ (\S+\.m?[jt]s)\n/.exec(code!)?.[1], code: code! });
  }
  return blocks;
}
