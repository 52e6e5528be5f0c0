import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Setting, Settings } from '@ouzel/core/settings';
import ts from 'typescript';
import { awsCredentials, kafkaSettings, passwordCredentials, tokenCredentials } from '../../libs/kafka/src/client/kafka-config.js';
import { streamsEndpointSettings } from '../../libs/nestjs/src/endpoints/endpoint-settings.js';
import { registrySettings } from '../../libs/nestjs/src/metrics/metrics-options.js';
import { endpointSettings, extraSettings, moduleSettings } from '../../libs/nestjs/src/module/module-settings.js';
import { consumerSettings, producerSettings } from '../../libs/streams/src/config/settings/clients.js';
import { metricsSettings } from '../../libs/streams/src/config/settings/metrics.js';
import { queryListenSettings, queryTableSettings, queryTlsSettings } from '../../libs/streams/src/config/settings/queries.js';
import { settingsBySubject } from '../../libs/streams/src/config/settings/index.js';

const root = resolve(import.meta.dirname, '../..');
const tablesOfStreams = 'libs/streams/src/config/settings';
const kafkaConfig = 'libs/kafka/src/client/kafka-config.ts';
const metricsOptions = 'libs/nestjs/src/metrics/metrics-options.ts';
const moduleConfig = 'libs/nestjs/src/module/module-settings.ts';

/** A table of settings, and the constant of a source file that holds it and its comments. */
interface Section {
  readonly title: string;
  readonly table: Settings;
  readonly file: string;
  readonly constant: string;
}

const streamsFiles: Readonly<Record<keyof typeof settingsBySubject, readonly [file: string, constant: string]>> = {
  Application: ['application', 'applicationSettings'],
  Processing: ['processing', 'processingSettings'],
  Topology: ['topology', 'topologySettings'],
  State: ['state', 'stateSettings'],
  Queries: ['queries', 'querySettings'],
  Group: ['group', 'groupSettings'],
  Topics: ['topics', 'topicsSettings'],
  Errors: ['errors', 'errorsSettings'],
  'Producer and consumer': ['clients', 'clientSettings'],
  Metrics: ['metrics', 'measuringSettings'],
  Ports: ['ports', 'portSettings'],
};

const streams = Object.entries(settingsBySubject).map(([title, table]): Section => {
  const [file, constant] = streamsFiles[title as keyof typeof settingsBySubject];
  return { title, table, file: `${tablesOfStreams}/${file}.ts`, constant };
});
const kafka: readonly Section[] = [
  { title: '`kafka`', table: kafkaSettings, file: kafkaConfig, constant: 'kafkaSettings' },
  {
    title: "`kafka.sasl` with `mechanism` 'plain', 'scram-sha-256' or 'scram-sha-512'",
    table: passwordCredentials,
    file: kafkaConfig,
    constant: 'passwordCredentials',
  },
  { title: "`kafka.sasl` with `mechanism` 'oauthbearer'", table: tokenCredentials, file: kafkaConfig, constant: 'tokenCredentials' },
  { title: "`kafka.sasl` with `mechanism` 'aws'", table: awsCredentials, file: kafkaConfig, constant: 'awsCredentials' },
];
const clients: readonly Section[] = [
  { title: '`producer`', table: producerSettings, file: `${tablesOfStreams}/clients.ts`, constant: 'producerSettings' },
  { title: '`queries`', table: queryTableSettings, file: `${tablesOfStreams}/queries.ts`, constant: 'queryTableSettings' },
  { title: '`queries.listen`', table: queryListenSettings, file: `${tablesOfStreams}/queries.ts`, constant: 'queryListenSettings' },
  { title: '`queries.tls`', table: queryTlsSettings, file: `${tablesOfStreams}/queries.ts`, constant: 'queryTlsSettings' },
  { title: '`consumer`', table: consumerSettings, file: `${tablesOfStreams}/clients.ts`, constant: 'consumerSettings' },
  { title: '`metrics`', table: metricsSettings, file: `${tablesOfStreams}/metrics.ts`, constant: 'metricsSettings' },
];
const nest: readonly Section[] = [
  { title: 'Options of `OuzelModule` besides these', table: moduleSettings, file: moduleConfig, constant: 'moduleSettings' },
  { title: 'Beside `useFactory`', table: extraSettings, file: moduleConfig, constant: 'extraSettings' },
  { title: '`endpoints`', table: endpointSettings, file: moduleConfig, constant: 'endpointSettings' },
  {
    title: '`endpoints.streams`',
    table: streamsEndpointSettings,
    file: 'libs/nestjs/src/endpoints/endpoint-settings.ts',
    constant: 'streamsEndpointSettings',
  },
  { title: '`metrics` of `OuzelModule` besides these', table: registrySettings, file: metricsOptions, constant: 'registrySettings' },
];

const head = `# Configuration

This page is made from the tables of settings in the code, by \`npm run docs:config\`.

Durations are milliseconds, or texts such as \`'500ms'\`, \`'10s'\`, \`'5m'\`, \`'1h'\` and \`'1d'\`. A setting may also have
its name in Kafka. \`fromKafkaProperties(properties)\` translates the properties of a Java application, with its client
prefixes, class names, \`topic.\` and \`client.tag.\` prefixes and its security. Faults are reported at boot, all at once,
each with the setting that was probably meant.
`;

/**
 * Returns docs/CONFIGURATION.md. Throws when a setting has no comment, or a comment states another default than the
 * table has.
 */
export function configurationPage(): string {
  const parts = [...streams.slice(0, 1), ...kafka, ...streams.slice(1, -1), ...clients, ...streams.slice(-1), ...nest];
  return `${head}${parts.map(sectionText).join('')}`;
}

function sectionText({ title, table, file, constant }: Section): string {
  const comments = commentsOf(file, constant);
  const rows = Object.entries(table).map(([key, setting]) => {
    const comment = comments.get(key);
    if (comment === undefined) throw new Error(`${file}: ${key} has no comment`);
    checkDefault(`${file}: ${key}`, setting, comment);
    const fallback = setting.isRequired ? 'required' : (comment.fallback ?? '');
    const names = setting.kafkaNames.map((name) => `\`${name}\``).join(', ');
    return `| \`${key}\` | ${cell(formOf(setting))} | ${cell(fallback)} | ${names} | ${cell(comment.text)} |\n`;
  });
  return `\n## ${title}\n\n| setting | value | default | in Kafka | |\n|---|---|---|---|---|\n${rows.join('')}`;
}

/** The page says at its top how durations are written. */
function formOf({ reader }: Setting<never, unknown>): string {
  return reader.form.replace(/^a duration: milliseconds, or a text such as ('\w+'(, )?)+/, (found) =>
    found.endsWith(', ') ? 'a duration ' : 'a duration',
  );
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}

/** Words and numbers are written in the comment as the table shows them; objects are described. */
function checkDefault(place: string, { fallback, reader }: Setting<never, unknown>, comment: Comment): void {
  if (typeof fallback === 'object' || fallback === undefined) return;
  const shown = reader.show(fallback);
  if (comment.fallback !== shown)
    throw new Error(`${place}: the comment says that the default is ${comment.fallback}, the table says ${shown}`);
}

interface Comment {
  readonly text: string;
  readonly fallback: string | undefined;
}

/** The doc comments of the keys of an object that a constant of a file holds. */
function commentsOf(file: string, constant: string): ReadonlyMap<string, Comment> {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true);
  const declarations = source.statements.flatMap((statement) =>
    ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [],
  );
  const value = declarations.find(({ name }) => name.getText() === constant)?.initializer;
  const object = value !== undefined && ts.isSatisfiesExpression(value) ? value.expression : value;
  if (object === undefined || !ts.isObjectLiteralExpression(object)) throw new Error(`${file} has no object ${constant}`);
  return new Map(
    object.properties.flatMap((property) => commentOf(property).map((comment) => [property.name!.getText(), comment] as const)),
  );
}

function commentOf(property: ts.ObjectLiteralElementLike): Comment[] {
  const parts = ts.getJSDocCommentsAndTags(property);
  const comment = parts.find(ts.isJSDoc);
  if (comment === undefined) return [];
  const fallback = comment.tags?.find(({ tagName }) => tagName.text === 'defaultValue');
  return [{ text: ts.getTextOfJSDocComment(comment.comment) ?? '', fallback: fallback && ts.getTextOfJSDocComment(fallback.comment) }];
}
