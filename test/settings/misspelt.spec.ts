import { join, resolve } from 'node:path';
import type { Settings } from '@ouzel/core/settings';
import { kafkaSettings, saslMechanisms } from '@ouzel/kafka';
import { streamsSettings } from '@ouzel/streams';
import ts from 'typescript';
import { metricsSettings } from '../../libs/nestjs/src/metrics/metrics-options.js';
import { endpointSettings, extraSettings, moduleSettings } from '../../libs/nestjs/src/module/module-settings.js';
import { consumerSettings, producerSettings } from '../../libs/streams/src/config/settings/clients.js';

const root = resolve(import.meta.dirname, '../..');
const file = join(root, 'test/settings/misspelt-program.ts');

/** Writes one entry of an object of settings, with the program around it. */
type Around = (entry: string) => string;

const least = `applicationId: 'app', kafka: { brokers }`;
const client: Around = (entry) => `new KafkaStreams(topology, { ${least}, ${entry} });`;
const connection: Around = (entry) => `new KafkaStreams(topology, { applicationId: 'app', kafka: { brokers, ${entry} } });`;
const module: Around = (entry) => `OuzelModule.forRoot({ ${least}, ${entry} });`;
const factory: Around = (entry) => `OuzelModule.forRootAsync({ useFactory: () => ({ ${least}, ${entry} }) });`;
const asyncFactory: Around = (entry) => `OuzelModule.forRootAsync({ useFactory: async () => ({ ${least}, ${entry} }) });`;
const inside =
  (around: Around, name: string, before = ''): Around =>
  (entry) =>
    around(`${name}: { ${before}${entry} }`);
/** `kafka` in a factory, where it takes the place of the least one. */
const factoryKafka: Around = (entry) =>
  `OuzelModule.forRootAsync({ useFactory: () => ({ applicationId: 'app', kafka: { brokers, ${entry} } }) });`;

const credentials: Readonly<Record<keyof typeof saslMechanisms, string>> = {
  plain: `username: 'me', password: 'x'`,
  'scram-sha-256': `username: 'me', password: 'x'`,
  'scram-sha-512': `username: 'me', password: 'x'`,
  oauthbearer: `oauthBearerProvider: async () => ({ value: 'x' })`,
  aws: `authorizationIdentity: 'me', accessKeyId: 'x', secretAccessKey: 'x'`,
};
const mechanisms = Object.entries(saslMechanisms).flatMap(([name, table]): [string, Around, Settings][] => {
  const before = `mechanism: '${name}', ${credentials[name as keyof typeof credentials]}, `;
  return [connection, factoryKafka].map((around) => [`kafka.sasl of ${name}`, inside(around, 'sasl', before), table]);
});

const options = { ...streamsSettings, ...moduleSettings };
const places: readonly (readonly [name: string, around: Around, table: Settings])[] = [
  ['a client', client, streamsSettings],
  ['kafka', connection, kafkaSettings],
  ['producer', inside(client, 'producer'), producerSettings],
  ['consumer', inside(client, 'consumer'), consumerSettings],
  ...mechanisms,
  ['a module', module, { ...options, ...extraSettings }],
  ['metrics', inside(module, 'metrics'), metricsSettings],
  ['endpoints', inside(module, 'endpoints'), endpointSettings],
  ['a factory of options', factory, options],
  ['an asynchronous factory of options', asyncFactory, options],
  ['kafka in a factory', factoryKafka, kafkaSettings],
  ['producer in a factory', inside(factory, 'producer'), producerSettings],
  ['consumer in an asynchronous factory', inside(asyncFactory, 'consumer'), consumerSettings],
  ['metrics in a factory', inside(factory, 'metrics'), metricsSettings],
];

/** Leaves out a letter in the middle. */
const misspelt = (name: string) => name.slice(0, name.length / 2) + name.slice(name.length / 2 + 1);

/** Returns the lines of the program that do not compile. */
function faultyLines(lines: readonly string[]): Set<number> {
  const read = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options: compilerOptions } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  const host = ts.createCompilerHost(compilerOptions);
  const { getSourceFile, fileExists } = host;
  const source = ts.createSourceFile(file, lines.join('\n'), ts.ScriptTarget.ES2022);
  host.getSourceFile = (name, ...rest) => (name === file ? source : getSourceFile.call(host, name, ...rest));
  host.fileExists = (name) => name === file || fileExists(name);
  const program = ts.createProgram([file], { ...compilerOptions, noEmit: true, skipLibCheck: true }, host);
  const faults = program.getSemanticDiagnostics(program.getSourceFile(file));
  return new Set(faults.map(({ start }) => source.getLineAndCharacterOfPosition(start!).line));
}

const head = [
  `import { KafkaStreams, StreamsBuilder } from '@ouzel/streams';`,
  `import { OuzelModule } from '@ouzel/nestjs';`,
  `const brokers = ['host:9092'];`,
  `const topology = new StreamsBuilder().build();`,
];

describe('the compiler', () => {
  it('refuses every setting whose name is misspelt, wherever it stands', () => {
    const written = places.flatMap(([, around, table]) => Object.keys(table).map((key) => around(`${misspelt(key)}: undefined`)));
    const faulty = faultyLines([...head, ...written]);
    expect(written.filter((_line, i) => !faulty.has(head.length + i))).toEqual([]);
  });

  it('refuses every duration whose unit is none, and text where settings belong', () => {
    const written = places.flatMap(([, around, table]) =>
      Object.entries(table).flatMap(([key, { reader }]) => {
        if (reader.form.startsWith('a duration')) return [around(`${key}: '5sec'`)];
        return reader.nested === undefined ? [] : [around(`${key}: 'text'`), around(`${key}: 5`)];
      }),
    );
    const faulty = faultyLines([...head, ...written]);
    expect(written.length).toBeGreaterThan(50);
    expect(written.filter((_line, i) => !faulty.has(head.length + i))).toEqual([]);
  });

  it('accepts what a factory may return', () => {
    const right = [
      ...[factory, asyncFactory].flatMap((around) => [
        around(`commitInterval: '1s', 'commit.interval.ms': 5, producer: { linger: 5, compression: 'zstd' }, metrics: { compat: true }`),
        around(`uncaughtHandler: (error) => (error.message === '' ? 'replace' : 'shutdown-client'), logger: console`),
        around(`onDropped: ({ reason }) => console.log(reason), config: { topic: 'in' }`),
      ]),
      factoryKafka(`ssl: { ca: 'PEM' }, sasl: { mechanism: 'plain', username: 'me', password: 'x' }, requestTimeout: '30s'`),
      factoryKafka(`sasl: Math.random() < 2 ? { mechanism: 'plain', username: 'me', password: 'x' } : undefined`),
      `OuzelModule.forRootAsync({ name: 'audit', useFactory: () => ({ applicationId: 'app', kafka: embedded() }) });`,
      `OuzelModule.forRootAsync({ useFactory: () => ({ applicationId: 'app', kafka: brokers.length > 0 ? { brokers } : embedded() }) });`,
      `OuzelModule.forRootAsync({ inject: ['id'], useFactory: async (applicationId: string) => ({ applicationId, kafka: { brokers } }) });`,
      `OuzelModule.forRootAsync({ useFactory: (): OuzelModuleOptions => ({ ${least} }) });`,
      `OuzelModule.forRootAsync({ useFactory: async (): Promise<OuzelModuleOptions> => ({ ${least} }) });`,
      `OuzelModule.forRootAsync({ useClass: class { createOuzelOptions(): OuzelModuleOptions { return { ${least} }; } } });`,
    ];
    const imports = [`import { embedded } from '@ouzel/streams';`, `import type { OuzelModuleOptions } from '@ouzel/nestjs';`];
    const faulty = faultyLines([...head, ...imports, ...right]);
    expect(right.filter((_line, i) => faulty.has(head.length + imports.length + i))).toEqual([]);
  });
});
