import { OuzelError } from '@ouzel/core';
import { resetApplication, type ApplicationTopics, type ResetTo, type StreamsConfig } from '@ouzel/streams';
import { Option, type Command } from 'commander';
import { clusterOf, withCluster, type ClusterArguments } from '../connection/cluster-options.js';
import { argument, list } from '../console/arguments.js';
import { loggerTo, type Console } from '../console/console.js';
import { dateTime, duration, wholeNumber } from '../console/moments.js';
import { reportText } from './report-text.js';

interface ResetArguments extends ClusterArguments {
  readonly applicationId: string;
  readonly inputTopics?: readonly string[];
  readonly internalTopics?: readonly string[];
  readonly toEarliest?: true;
  readonly toLatest?: true;
  readonly toDatetime?: Date;
  readonly byDuration?: number;
  readonly toOffset?: number;
  readonly shiftBy?: number;
  readonly stateDir?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** The names of the options that say where the inputs begin. One of them at most may be there. */
const begins = ['toEarliest', 'toLatest', 'toDatetime', 'byDuration', 'toOffset', 'shiftBy'] as const;

/** Adds `ouzel reset`, with the options of `kafka-streams-application-reset` (StreamsResetter). */
export function resetCommand(program: Command, console: Console): void {
  const beginning = (flags: string, text: string, name: (typeof begins)[number]) =>
    new Option(flags, text).conflicts(begins.filter((other) => other !== name));
  withCluster(program.command('reset'))
    .description(
      'Lets an application begin anew: sets the offsets of its inputs, deletes its internal topics, and removes its ' +
        'local state on this machine. Outputs stay. All instances must be closed before.',
    )
    .requiredOption('--application-id <id>', 'the application, its applicationId')
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
    .addOption(beginning('--to-offset <offset>', 'begin at this offset in every partition', 'toOffset').argParser(argument(wholeNumber)))
    .addOption(
      beginning('--shift-by <records>', 'begin so many records later than now, or before: -10', 'shiftBy').argParser(argument(wholeNumber)),
    )
    .option('--state-dir <folder>', "the application's stateDirectory; left out: .ouzel")
    .option('--dry-run', 'only show what would be done')
    .option('--json', 'write the report, or the error, as JSON')
    .option('--yes', 'ask nobody: on a terminal the application id must be typed otherwise')
    .addHelpText(
      'after',
      '\nExamples:\n  $ ouzel reset --application-id payments --brokers localhost:9092 --input-topics payment --dry-run' +
        '\n  $ ouzel reset --application-id payments --brokers localhost:9092 --input-topics payment --by-duration 36h',
    )
    .action(async (args: ResetArguments) => {
      const { applicationId, inputTopics = [], internalTopics, stateDir, dryRun = false, json = false } = args;
      const cluster = clusterOf(args, 'ouzel reset');
      const { kafka } = cluster;
      const config = { applicationId, kafka, logger: loggerTo(console), ...(stateDir !== undefined && { stateDirectory: stateDir }) };
      try {
        const topics = { inputTopics, ...(internalTopics && { internalTopics }) };
        const to = beginningOf(args);
        if (!dryRun && args.yes !== true) await confirmed({ topics, config, to }, console);
        const report = await resetApplication(topics, config, { to, dryRun });
        console.out(json ? `${JSON.stringify({ ...report, dryRun })}\n` : reportText(report, dryRun));
      } finally {
        cluster.close();
      }
    });
}

interface Planned {
  readonly topics: ApplicationTopics;
  readonly config: StreamsConfig;
  readonly to: ResetTo;
}

/** Shows a person what would be done, and wants the application id to be typed. A script is not asked. */
async function confirmed({ topics, config, to }: Planned, { ask, err }: Console): Promise<void> {
  if (ask === undefined) return;
  const { applicationId } = config;
  err(reportText(await resetApplication(topics, config, { to, dryRun: true }), true));
  const typed = await ask(`Type the application id to reset it: `);
  if (typed.trim() !== applicationId)
    throw new OuzelError('OUZEL_CONFIG', { what: 'nothing was done, because the application id was not typed', where: applicationId });
}

function beginningOf({ toLatest, toDatetime, byDuration, toOffset, shiftBy }: ResetArguments): ResetTo {
  if (toDatetime !== undefined) return { at: toDatetime };
  if (byDuration !== undefined) return { byDuration };
  if (toOffset !== undefined) return { offset: toOffset };
  if (shiftBy !== undefined) return { shiftBy };
  return toLatest ? 'latest' : 'earliest';
}
