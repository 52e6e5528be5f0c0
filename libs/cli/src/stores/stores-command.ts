import { OuzelError, systemClock } from '@ouzel/core';
import { readRecords, type ConsumerRecord, type KafkaDriver } from '@ouzel/kafka';
import type { ChangelogReader, ChangelogRow, StreamsConfig } from '@ouzel/streams';
import { Option, type Command } from 'commander';
import { required, withApplication, type ApplicationArguments } from '../application/application-options.js';
import { withCluster, type ClusterArguments } from '../connection/cluster-options.js';
import { withSession, type Session } from '../connection/session.js';
import { argument } from '../console/arguments.js';
import { loggerTo, type Console } from '../console/console.js';
import { DifferenceFound } from '../console/difference-found.js';
import { jsonText } from '../console/json-text.js';
import { wholeNumber } from '../console/moments.js';
import { Progress } from '../console/progress.js';
import { typedValue } from '../records/serde-options.js';

interface StoresArguments extends ApplicationArguments, ClusterArguments {
  readonly json?: true;
}
interface RangeArguments extends StoresArguments {
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

/** Adds `ouzel stores get|range`. */
export function storesCommand(program: Command, console: Console): void {
  const stores = program
    .command('stores')
    .description('Shows what stores hold, as their changelogs have it: what is committed, whether the application runs or not.');
  common(stores.command('get').argument('<store>').argument('<key>', 'a text, or JSON where the serde of keys takes no text'))
    .description('Shows the row of a key, or its windows. Ends with 1 where there is none.')
    .addHelpText('after', '\nExample:\n  $ ouzel stores get totals user-1 --app dist/app.module.js')
    .action((store: string, key: string, args: StoresArguments) =>
      withChangelog(store, args, 'ouzel stores get', console, async (changelog, driver) => {
        const wanted = changelog.keyBytes(typedValue(key, changelog.keySerde, 'key'));
        const rows = await rowsOf(changelog, driver, console, (bytes) => bytes.equals(wanted));
        if (rows.length === 0) throw new DifferenceFound(`there is no row with this key in store "${store}"`);
        write(rows, args, console);
      }),
    );
  common(stores.command('range').argument('<store>'))
    .description('Shows the rows of a store in the order of the bytes of their keys.')
    .option('--from <key>', 'begin at this key')
    .option('--to <key>', 'end with this key')
    .addOption(new Option('--limit <number>', 'at most so many').argParser(argument(wholeNumber)).default(100))
    .addHelpText('after', '\nExample:\n  $ ouzel stores range totals --from user-1 --to user-2 --app dist/app.module.js')
    .action((store: string, args: RangeArguments) =>
      withChangelog(store, args, 'ouzel stores range', console, async (changelog, driver) => {
        const [from, to] = [args.from, args.to].map((key) =>
          key === undefined ? undefined : changelog.keyBytes(typedValue(key, changelog.keySerde, 'key')),
        );
        const isWithin = (key: Buffer) => (from === undefined || key.compare(from) >= 0) && (to === undefined || key.compare(to) <= 0);
        const rows = await rowsOf(changelog, driver, console, isWithin);
        write(rows.slice(0, args.limit), args, console);
        if (rows.length > args.limit) console.err(`${rows.length - args.limit} more rows; --limit shows more\n`);
      }),
    );
}

function common(command: Command): Command {
  return withApplication(withCluster(command)).option('--json', 'write the rows, or the error, as JSON');
}

function withChangelog(
  store: string,
  args: StoresArguments,
  command: string,
  console: Console,
  work: (changelog: ChangelogReader, driver: KafkaDriver) => Promise<void>,
): Promise<void> {
  return withSession(args, command, console, (session) => work(changelogOf(session, store, command, console), session.driver));
}

function changelogOf({ application, kafka }: Session, store: string, command: string, console: Console): ChangelogReader {
  const { streams, topology, config } = required(application, command);
  if (config === undefined)
    throw new OuzelError('OUZEL_CONFIG', {
      what: 'the module has a topology and no configuration',
      where: command,
      help: 'Export { topology, config }: the names of changelogs begin with applicationId.',
    });
  return streams.changelogReader(topology, { ...config, kafka, logger: loggerTo(console) } satisfies StreamsConfig, store);
}

/** Reads a changelog once, and returns the rows that are left, in the order of the bytes of their keys. */
async function rowsOf(
  changelog: ChangelogReader,
  driver: KafkaDriver,
  console: Console,
  isWanted: (key: Buffer) => boolean,
): Promise<readonly ChangelogRow[]> {
  const { topic } = changelog;
  const { admin } = driver;
  const count = (await admin.topics([topic])).get(topic)?.partitions;
  if (count === undefined)
    throw new OuzelError('OUZEL_TOPIC_MISSING', {
      what: `there is no topic ${topic}`,
      where: 'ouzel stores',
      help: 'Has the application run here?',
    });
  const places = Array.from({ length: count }, (_, partition) => ({ topic, partition }));
  const [first, end] = await Promise.all([
    admin.listOffsets(places, 'earliest', 'read_committed'),
    admin.listOffsets(places, 'latest', 'read_committed'),
  ]);
  const ranges = first.map((begin) => ({
    ...begin,
    from: begin.offset,
    to: end.find(({ partition }) => partition === begin.partition)?.offset ?? begin.offset,
  }));
  const progress = new Progress(
    console,
    `reading ${topic}`,
    ranges.reduce((sum, { from, to }) => sum + to - from, 0),
  );
  const latest = new Map<string, ConsumerRecord>();
  let read = 0;
  for await (const record of readRecords(driver, ranges, systemClock)) {
    progress.show(++read);
    if (record.key === null || !isWanted(changelog.keyIn(record))) continue;
    const id = record.key.toString('latin1');
    if (record.value === null) latest.delete(id);
    else latest.set(id, { ...record, key: Buffer.from(record.key), value: Buffer.from(record.value) });
  }
  progress.end();
  const sorted = [...latest].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, record]) => changelog.row(record));
}

function write(rows: readonly ChangelogRow[], { json }: StoresArguments, console: Console): void {
  if (json) return console.out(jsonText(rows));
  const text = (value: unknown) => (typeof value === 'string' ? value : jsonText(value).trimEnd());
  for (const { key, window, value, timestamp } of rows) {
    const times =
      window === undefined
        ? ''
        : `  [${new Date(window.start).toISOString()}${window.end === undefined ? '' : `, ${new Date(window.end).toISOString()}]`}`;
    console.out(`${text(key)}${times}  ${text(value)}  ${new Date(timestamp).toISOString()}\n`);
  }
}
