import { readFileSync } from 'node:fs';
import { OuzelError } from '@ouzel/core';
import { embedded, fromKafkaProperties, resetApplication, type KafkaConfig, type Logger, type ResetTo } from '@ouzel/streams';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Output } from '../console/output.js';
import { dateTime, duration, wholeNumber } from './moments.js';
import { parseProperties } from './properties.js';
import { reportText } from './report-text.js';

interface ResetArguments {
  readonly applicationId: string;
  readonly bootstrapServer?: readonly string[];
  readonly embedded?: string;
  readonly commandConfig?: string;
  readonly inputTopics?: readonly string[];
  readonly internalTopics?: readonly string[];
  readonly toEarliest?: true;
  readonly toLatest?: true;
  readonly toDatetime?: Date;
  readonly byDuration?: number;
  readonly shiftBy?: number;
  readonly stateDir?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** The names of the options that say where the inputs begin. One of them at most may be there. */
const begins = ['toEarliest', 'toLatest', 'toDatetime', 'byDuration', 'shiftBy'] as const;

/** Returns `ouzel reset`, with the options of `kafka-streams-application-reset` (StreamsResetter). */
export function resetCommand(output: Output): Command {
  const beginning = (flags: string, text: string, name: (typeof begins)[number]) =>
    new Option(flags, text).conflicts(begins.filter((other) => other !== name));
  return new Command('reset')
    .description(
      'Lets an application begin anew: sets the offsets of its inputs, deletes its internal topics, and removes its ' +
        'local state on this machine. Outputs stay. All instances must be closed before.',
    )
    .requiredOption('--application-id <id>', 'the application, its applicationId')
    .addOption(new Option('--bootstrap-server <host:port,…>', 'addresses of some brokers').argParser(list).conflicts('embedded'))
    .addOption(new Option('--embedded <folder>', 'the folder of an embedded Kafka that is not running, instead of brokers'))
    .option('--command-config <file>', 'a file of Java properties, for security: security.protocol, sasl.…, ssl.…')
    .option('--input-topics <topics>', 'the topics that it reads, separated by commas; offsets of others stay', list)
    .option(
      '--internal-topics <topics>',
      'its internal topics to delete; left out: all whose names begin with "<id>-" and end as those of internal topics ' +
        'do, which a dry run lists',
      list,
    )
    .addOption(beginning('--to-earliest', 'begin at the first record of the inputs; this is so unless told otherwise', 'toEarliest'))
    .addOption(beginning('--to-latest', 'begin behind the last record', 'toLatest'))
    .addOption(
      beginning('--to-datetime <time>', 'begin at a time: 2026-01-31T12:00:00.000, UTC without a zone', 'toDatetime').argParser(
        argument(dateTime),
      ),
    )
    .addOption(beginning('--by-duration <duration>', 'begin so long ago: P1DT12H, or 36h', 'byDuration').argParser(argument(duration)))
    .addOption(
      beginning('--shift-by <records>', 'begin so many records later than now, or before: -10', 'shiftBy').argParser(argument(wholeNumber)),
    )
    .option('--state-dir <folder>', "the application's stateDirectory; left out: .ouzel")
    .option('--dry-run', 'only show what would be done')
    .option('--json', 'write the report, or the error, as JSON')
    .action(async (args: ResetArguments) => {
      const { applicationId, inputTopics = [], internalTopics, embedded: folder, stateDir, dryRun = false, json = false } = args;
      const kafka = folder === undefined ? brokersOf(args) : embedded({ directory: folder });
      const config = { applicationId, kafka, logger: loggerTo(output), ...(stateDir !== undefined && { stateDirectory: stateDir }) };
      try {
        const topics = { inputTopics, ...(internalTopics && { internalTopics }) };
        const report = await resetApplication(topics, config, { to: beginningOf(args), dryRun });
        output.out(json ? `${JSON.stringify({ ...report, dryRun })}\n` : reportText(report, dryRun));
      } finally {
        if ('close' in kafka) kafka.close();
      }
    });
}

function list(text: string): readonly string[] {
  return text.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]));
}

/** Returns a parser that tells Commander what is wrong with an argument. */
function argument<T>(parse: (text: string) => T | undefined): (text: string) => T {
  return (text) => {
    const found = parse(text);
    if (found === undefined) throw new InvalidArgumentError('The help has an example.');
    return found;
  };
}

function beginningOf({ toLatest, toDatetime, byDuration, shiftBy }: ResetArguments): ResetTo {
  if (toDatetime !== undefined) return { at: toDatetime };
  if (byDuration !== undefined) return { byDuration };
  if (shiftBy !== undefined) return { shiftBy };
  return toLatest ? 'latest' : 'earliest';
}

function brokersOf({ bootstrapServer, commandConfig }: ResetArguments): KafkaConfig {
  const { kafka } = commandConfig === undefined ? {} : fromKafkaProperties(propertiesIn(commandConfig));
  const given = bootstrapServer === undefined ? kafka : { ...kafka, brokers: bootstrapServer };
  if (given !== undefined && 'brokers' in given) return given;
  throw new OuzelError('OUZEL_CONFIG', {
    what: 'there is no address of a broker',
    where: 'ouzel reset',
    help: 'Give --bootstrap-server, or bootstrap.servers in the file of --command-config.',
  });
}

function propertiesIn(file: string): Readonly<Record<string, string>> {
  try {
    return parseProperties(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new OuzelError('OUZEL_CONFIG', { what: 'the file can not be read', where: `--command-config ${file}`, cause });
  }
}

/** Standard output is for the report. */
function loggerTo({ err }: Output): Logger {
  const write = (message: string) => err(`${message}\n`);
  return { debug() {}, info() {}, warn: write, error: write };
}
