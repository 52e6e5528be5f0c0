import { posix } from 'node:path';
import { pages, textOf } from './pages.js';

/** The pages of the operators, and the page that shows what stands around their examples. */
export const index = 'docs/OPERATORS.md';
export const operatorPages = pages.filter((page) => page.startsWith('docs/operators/'));

export const forms = ['dsl', 'decorators'] as const;
export type Form = (typeof forms)[number];

/** One example of a page: the lines of each form, and the picture of its records. */
export interface Example {
  readonly page: string;
  /** The heading above, and a number where it has several examples. */
  readonly name: string;
  readonly code: ReadonlyMap<Form, string>;
  readonly picture: string;
}

const part = /^#{2,3} (?<heading>.+)$|^```(?:ts (?<form>dsl|decorators)|(?<timeline>timeline))\n(?<text>[\s\S]*?)^```$/gm;

/** The examples of a page. Each ends with its picture. Throws where lines have no picture. */
export function examplesOf(page: string): Example[] {
  const examples: Example[] = [];
  let heading = '';
  let code = new Map<Form, string>();
  for (const { groups } of textOf(page).matchAll(part)) {
    const { heading: next, form, timeline, text } = groups as Partial<Record<string, string>>;
    if (form !== undefined) code.set(form as Form, text!);
    else if (timeline !== undefined) {
      const before = examples.filter(({ name }) => name.split(' #')[0] === heading).length;
      examples.push({ page, name: before === 0 ? heading : `${heading} #${before + 1}`, code, picture: text! });
      code = new Map();
    }
    if (next === undefined) continue;
    if (code.size > 0) throw new Error(`${page}: an example of "${heading}" has no picture`);
    heading = next;
  }
  return examples;
}

/** Returns a page with other pictures, in the order of its examples. */
export function withPictures(page: string, pictures: readonly string[]): string {
  let at = 0;
  return textOf(page).replace(/^```timeline\n[\s\S]*?^```$/gm, () => `\`\`\`timeline\n${pictures[at++]}\`\`\``);
}

const place = /^ *\/\/ The lines of an example stand here\.\n/m;

function frameOf(form: Form): string {
  const frame = new RegExp(`^\`\`\`ts frame ${form}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(textOf(index))?.[1];
  if (frame === undefined || !place.test(frame)) throw new Error(`${index} has no frame for ${form}`);
  return frame;
}

/**
 * Returns the module of an example: the frame with the lines, and the imports that they need. Lines that are not indented
 * are classes of their own, which stand before the class of the topology.
 */
export function moduleOf(form: Form, lines: string): string {
  const frame = frameOf(form);
  const classes = form === 'decorators' ? (/^[\s\S]*^}\n/m.exec(lines)?.[0] ?? '') : '';
  const code = frame.replace(place, () => lines.slice(classes.length)).replace('@StreamTopology()', () => `${classes}@StreamTopology()`);
  const ofNest = form === 'decorators' ? importsOf('nestjs', lines, frame) : '';
  const imports = [ofNest, importsOf('streams', lines, `${frame}${ofNest}`)];
  return `${imports.join('')}${code}`;
}

/** Imports what the lines use and the frame does not import itself. */
function importsOf(name: string, lines: string, frame: string): string {
  const indexes = [`libs/${name}/src/index.ts`, ...(name === 'nestjs' ? ['libs/nestjs/src/decorators/index.ts'] : [])];
  const known = new Set(frame.replace(/\/\/.*/g, '').match(/\w+/g));
  const used = new Set(lines.match(/\w+/g));
  const exported = indexes
    .flatMap((file) => [...textOf(posix.normalize(file)).matchAll(/export (type )?\{([^}]*)\}/g)])
    .flatMap(([, type = '', list]) => list!.split(',').map((entry) => `${type}${entry.trim()}`))
    .filter((entry) => used.has(entry.replace(/^type /, '')) && !known.has(entry.replace(/^type /, '')));
  const names = [...new Set(exported)];
  return names.length === 0 ? '' : `import { ${names.join(', ')} } from '@ouzel/${name}';\n`;
}
