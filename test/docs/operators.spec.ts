import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Module, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { getStreamsToken, OuzelModule, type OuzelStreams } from '@ouzel/nestjs';
import { embedded, type Topology } from '@ouzel/streams';
import { TopologyTestDriver } from '@ouzel/testing';
import { createDrivenContext } from '@ouzel/testing/nestjs';
import { compileFaults } from './compiled.js';
import { examplesOf, forms, index, moduleOf, operatorPages, withPictures, type Example, type Form } from './operator-examples.js';
import { pages, root, textOf } from './pages.js';
import { drawn } from './picture.js';

const generated = join(import.meta.dirname, '.generated/operators');
const examples = operatorPages.flatMap(examplesOf);

const fileOf = ({ page, name }: Example, form: Form) =>
  join(generated, page.replace(/\W+/g, '-'), `${name.replace(/\W+/g, '-')}-${form}.ts`);
const programs = examples.flatMap((example) =>
  [...example.code].map(([form, lines]) => ({
    name: `${example.page} ${example.name}, ${form}`,
    file: fileOf(example, form),
    lines,
    form,
  })),
);
for (const { file, form, lines } of programs) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, moduleOf(form, lines));
}
afterAll(() => rmSync(generated, { recursive: true, force: true }));

/** Returns the picture of one form of an example. */
async function pictureBy(example: Example, form: Form): Promise<string> {
  const module = (await import(fileOf(example, form))) as { topology: Topology; ExampleTopology: Type };
  if (form === 'dsl') {
    const driver = new TopologyTestDriver(module.topology);
    const picture = await drawn(example.picture, module.topology, driver);
    await driver.close();
    return picture;
  }
  @Module({ imports: [OuzelModule.forRoot({ applicationId: 'example', kafka: embedded() })], providers: [module.ExampleTopology] })
  class ExampleModule {}
  const { context, driver } = await createDrivenContext(Test.createTestingModule({ imports: [ExampleModule] }));
  const picture = await drawn(example.picture, context.get<OuzelStreams>(getStreamsToken()).topology, driver);
  await context.close();
  return picture;
}

describe('examples of the operators', () => {
  it('compile', () => expect(compileFaults(programs)).toEqual([]), 120_000);

  if (process.env.UPDATE_DOCS === '1') {
    it('are drawn', async () => {
      for (const page of operatorPages) {
        const pictures: string[] = [];
        for (const example of examplesOf(page)) pictures.push(await pictureBy(example, [...example.code.keys()][0]!));
        writeFileSync(join(root, page), withPictures(page, pictures));
      }
    }, 120_000);
  }

  it.each(examples.flatMap((example) => [...example.code.keys()].map((form) => ({ ...example, example, form }))))(
    'draw the picture: $page $name, $form',
    async ({ example, form }) => {
      const { picture } = examplesOf(example.page).find(({ name }) => name === example.name)!;
      expect(await pictureBy(example, form)).toBe(picture);
    },
  );
});

describe('the index of the operators', () => {
  /** `| [filter](…) | `KStream`, `KTable` | `@Filter` |`. */
  const rows = textOf(index)
    .split('\n')
    .filter((line) => line.startsWith('| ['))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const source = (file: string) => textOf(`libs/${file}`);
  const facade = source('streams/src/dsl/streams-and-tables.ts');

  const operators = [...facade.matchAll(/^export abstract class (\w+)[\s\S]*?^}/gm)].flatMap(([body, type]) =>
    [...new Set([...body.matchAll(/^ {2}abstract (\w+)[<(]/gm)].map(([, method]) => method!))].map((method) => ({ type: type!, method })),
  );
  it.each(operators)('has $type.$method', ({ type, method }) => {
    expect(
      rows.filter(([, operator, types]) => new RegExp(`\\b${method}\\b`).test(operator!) && types!.includes(`\`${type}\``)),
    ).not.toEqual([]);
  });

  const builder = [...source('streams/src/dsl/streams-builder.ts').matchAll(/^ {2}(\w+)[<(].*\{$/gm)].map(([, method]) => method!);
  it.each(builder.filter((method) => !['constructor', 'build'].includes(method)))('has StreamsBuilder.%s', (method) => {
    expect(rows.filter(([, operator, types]) => operator!.includes(method) && types!.includes('`StreamsBuilder`'))).not.toEqual([]);
  });

  const exported = (file: string) => [...source(file).matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names]) => names!.split(/,\s*/));
  const decorators = exported('nestjs/src/decorators/index.ts').filter((name) => /^[A-Z]\w+$/.test(name) && name !== 'MemberRef');
  const shown = pages
    .filter((page) => page.startsWith('docs/'))
    .map(textOf)
    .join('');
  it.each(decorators)('has an example of @%s on some page', (name) => {
    expect(shown).toContain(`@${name}(`);
  });

  const windows = exported('streams/src/windows/index.ts').filter((name) => /^[a-z]\w+$/.test(name));
  it.each(windows)('has an example of %s', (name) => {
    expect(examples.filter(({ code }) => forms.some((form) => code.get(form)?.includes(`${name}(`)))).not.toEqual([]);
  });
});
