import { dirname, join, resolve } from 'node:path';
import { kafkaSettings } from '@ouzel/kafka';
import { streamsSettings } from '@ouzel/streams';
import ts from 'typescript';
import { consumerSettings, producerSettings } from '../../libs/streams/src/config/settings/clients.js';
import { extraSettings, moduleSettings } from '../../libs/nestjs/src/module/module-settings.js';

const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'test/settings/program.ts');

/** An editor with one open file. `|` is where the person types. */
function editor(text: string) {
  const at = text.indexOf('|');
  const source = text.replace('|', '');
  const read = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  const service = ts.createLanguageService(
    {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [program],
      getScriptVersion: (file) => (file === program ? source : '1'),
      getScriptSnapshot: (file) => {
        const found = file === program ? source : ts.sys.readFile(file);
        return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
      },
      getCurrentDirectory: () => dirname(program),
      getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
      fileExists: (file) => file === program || ts.sys.fileExists(file),
      readFile: (file) => (file === program ? source : ts.sys.readFile(file)),
      directoryExists: (folder) => ts.sys.directoryExists(folder),
    },
    parsedFiles,
  );
  const names = (service.getCompletionsAtPosition(program, at, {})?.entries ?? []).map(({ name }) => name);
  const comment = (name: string) => {
    const details = service.getCompletionEntryDetails(program, at, name, {}, undefined, {}, undefined);
    const tags = (details?.tags ?? []).map((tag) => `@${tag.name} ${ts.displayPartsToString(tag.text)}`);
    return [ts.displayPartsToString(details?.documentation), ...tags].join(' ');
  };
  return { names, comment };
}
const parsedFiles = ts.createDocumentRegistry();

const imports = `import { KafkaStreams, StreamsBuilder } from '@ouzel/streams';\nimport { OuzelModule } from '@ouzel/nestjs';\n`;

describe('an editor', () => {
  it.each([
    ['a client', `${imports}new KafkaStreams(new StreamsBuilder().build(), { | });`, streamsSettings],
    ['a connection', `${imports}new KafkaStreams(new StreamsBuilder().build(), { kafka: { | } });`, kafkaSettings],
    ['a producer', `${imports}new KafkaStreams(new StreamsBuilder().build(), { producer: { | } });`, producerSettings],
    ['a consumer', `${imports}new KafkaStreams(new StreamsBuilder().build(), { consumer: { | } });`, consumerSettings],
    ['a module', `${imports}OuzelModule.forRoot({ | });`, { ...streamsSettings, ...moduleSettings, ...extraSettings }],
    ['a factory', `${imports}OuzelModule.forRootAsync({ useFactory: () => ({ | }) });`, { ...streamsSettings, ...moduleSettings }],
  ])('proposes every setting of %s, and says what it is', (_of, text, table) => {
    const { names, comment } = editor(text);
    expect(Object.keys(table).filter((key) => !names.includes(key))).toEqual([]);
    expect(Object.keys(table).filter((key) => comment(key).trim().length < 10)).toEqual([]);
  });

  it('shows unit and default', () => {
    const { comment } = editor(`${imports}new KafkaStreams(new StreamsBuilder().build(), { | });`);
    expect(comment('commitInterval')).toMatch(/How often [\s\S]* @defaultValue 1s$/);
    expect(comment('cacheMaxBytes')).toMatch(/^Bytes [\s\S]* @defaultValue 10 MiB$/);
  });
});
