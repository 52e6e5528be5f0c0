import { OuzelError } from '@ouzel/core';
import {
  openDeadLetters,
  type DeadLetter,
  type DeadLetterFilter,
  type DeadLetters,
  type LetterPlace,
  type ReplayReport,
} from '@ouzel/streams';
import { Option, type Command } from 'commander';
import { withApplication, withLoaded, type ApplicationArguments, type ChosenApplication } from '../application/application-options.js';
import { clusterOf, withCluster, type ClusterArguments } from '../connection/cluster-options.js';
import { argument } from '../console/arguments.js';
import { loggerTo, type Console } from '../console/console.js';
import { DifferenceFound } from '../console/difference-found.js';
import { jsonText } from '../console/json-text.js';
import { dateTime, wholeNumber } from '../console/moments.js';
import { tableText } from '../console/table.js';
import { serdesFor } from '../records/serde-options.js';
import { shownText, shownValue } from '../records/shown-value.js';
import { letterText } from './letter-text.js';

interface DlqArguments extends ApplicationArguments, ClusterArguments {
  readonly deadLetterTopic?: string;
  readonly json?: true;
}
interface FilterArguments extends DlqArguments {
  readonly topic?: string;
  readonly exception?: string;
  readonly message?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly limit?: number;
}
interface ReplayArguments extends FilterArguments {
  readonly to?: string;
  readonly all?: true;
  readonly dryRun?: true;
}

/** Adds `ouzel dlq list|show|replay`. */
export function dlqCommand(program: Command, console: Console): void {
  const dlq = program.command('dlq').description('Lists, shows and replays dead letters: records that a handler gave up.');
  filtering(common(dlq.command('list')))
    .description('Lists dead letters, the newest first, without keys and values.')
    .addHelpText('after', '\nExample:\n  $ ouzel dlq list --app dist/app.module.js --exception SerdeError --limit 20')
    .action((args: FilterArguments) =>
      withLetters(args, 'ouzel dlq list', console, async (letters) => {
        const found = await letters.list({ ...filterOf(args), ...(args.limit !== undefined && { limit: args.limit }) });
        console.out(args.json ? jsonText(found) : listText(found, console));
      }),
    );
  common(dlq.command('show').argument('<partition@offset>', 'its place, as the list shows it', argument(placeOf)))
    .description('Shows one dead letter: where it comes from, why it failed, its headers.')
    .option('--payload', 'show key and value too')
    .addHelpText('after', '\nExample:\n  $ ouzel dlq show 0@12 --app dist/app.module.js --payload')
    .action((place: LetterPlace, args: DlqArguments & { readonly payload?: true }) =>
      withLetters(args, 'ouzel dlq show', console, (letters, application) => show(letters, application, place, args, console)),
    );
  filtering(common(dlq.command('replay').argument('[places...]', 'places of dead letters, 0@12; left out: all that the filters choose')))
    .description('Writes records to the topics that they came from again, the oldest first. The dead letters stay.')
    .option('--to <topic>', 'write to another topic')
    .option('--all', 'replay all dead letters: without filters this must be said')
    .option('--dry-run', 'only show what would be done')
    .addHelpText('after', '\nExample:\n  $ ouzel dlq replay --app dist/app.module.js --topic payment --exception TypeError --dry-run')
    .action((places: readonly string[], args: ReplayArguments) =>
      withLetters(args, 'ouzel dlq replay', console, (letters) => replay(letters, places, args, console)),
    );
}

function common(command: Command): Command {
  return withApplication(withCluster(command))
    .option('--dead-letter-topic <topic>', 'the topic of the dead letters; left out: deadLetterTopic of --app')
    .option('--json', 'write the result, or the error, as JSON');
}

function filtering(command: Command): Command {
  return command
    .option('--topic <topic>', 'only records that came from this topic')
    .option('--exception <name>', 'only this error: SerdeError')
    .option('--message <text>', 'only where the message of the error has this text')
    .option('--since <time>', 'only records of this time or later: 2026-01-31T12:00:00', argument(dateTime))
    .option('--until <time>', 'only records before this time', argument(dateTime))
    .addOption(new Option('--limit <number>', 'at most so many').argParser(argument(wholeNumber)));
}

function withLetters(
  args: DlqArguments,
  command: string,
  console: Console,
  work: (letters: DeadLetters, application: ChosenApplication | undefined) => Promise<void>,
): Promise<void> {
  return withLoaded(args, async (application) => {
    const config = application?.config;
    const deadLetterTopic = args.deadLetterTopic ?? config?.deadLetterTopic;
    if (deadLetterTopic === undefined)
      throw new OuzelError('OUZEL_CONFIG', {
        what: 'there is no topic of dead letters',
        where: command,
        help: 'Give --dead-letter-topic, or --app with an application that sets deadLetterTopic.',
      });
    const cluster = clusterOf(args, command, config?.kafka);
    try {
      const { kafka } = cluster;
      const letters = await openDeadLetters({
        applicationId: config?.applicationId ?? 'ouzel-cli',
        kafka,
        deadLetterTopic,
        logger: loggerTo(console),
      });
      try {
        await work(letters, application);
      } finally {
        await letters.close();
      }
    } finally {
      cluster.close();
    }
  });
}

function filterOf({ topic, exception, message, since, until }: FilterArguments): DeadLetterFilter {
  return {
    ...(topic !== undefined && { topic }),
    ...(exception !== undefined && { exception }),
    ...(message !== undefined && { message }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

function listText(letters: readonly DeadLetter[], console: Console): string {
  if (letters.length === 0) return 'There are no dead letters.\n';
  const rows = letters.map(({ partition, offset, timestamp, origin, exception, message, replayOf }) => [
    `${partition}@${offset}`,
    new Date(timestamp).toISOString(),
    origin === null ? null : `${origin.topic}-${origin.partition}@${origin.offset}`,
    exception,
    `${replayOf.length === 0 ? '' : `(replayed ${replayOf.length}×) `}${(message ?? '').split('\n')[0]!.slice(0, 100)}`,
  ]);
  return tableText(console, ['PLACE', 'TIME', 'ORIGIN', 'ERROR', 'MESSAGE'], rows);
}

async function show(
  letters: DeadLetters,
  application: ChosenApplication | undefined,
  { partition, offset }: LetterPlace,
  { json, payload = false }: { readonly json?: true; readonly payload?: boolean },
  console: Console,
): Promise<void> {
  const found = await letters.show(partition, offset, { payload });
  if (found === undefined)
    throw new DifferenceFound(`there is no dead letter ${letters.topic}-${partition}@${offset}; \`ouzel dlq list\` shows their places`);
  if (json) return console.out(jsonText(found));
  const topic = found.origin?.topic ?? letters.topic;
  const serdes = serdesFor(topic, {}, application);
  const shown = found.payload && {
    key: shownText(shownValue(found.payload.key, serdes.key, topic)),
    value: shownText(shownValue(found.payload.value, serdes.value, topic)),
  };
  console.out(letterText(letters.topic, found, shown));
}

async function replay(letters: DeadLetters, places: readonly string[], args: ReplayArguments, console: Console): Promise<void> {
  const filter = filterOf(args);
  if (places.length === 0 && Object.keys(filter).length === 0 && args.limit === undefined && !args.all)
    throw new OuzelError('OUZEL_CONFIG', {
      what: 'nothing says which dead letters',
      where: 'ouzel dlq replay',
      help: 'Give places, filters, or --all.',
    });
  const found = places.map((text) => {
    const place = placeOf(text);
    if (place === undefined)
      throw new OuzelError('OUZEL_CONFIG', {
        what: `'${text}' is no place of a dead letter`,
        where: 'ouzel dlq replay',
        help: 'A place is partition@offset: 0@12.',
      });
    return place;
  });
  const { to, limit, dryRun = false } = args;
  const report = await letters.replay({
    ...filter,
    ...(found.length > 0 && { letters: found }),
    ...(to !== undefined && { to }),
    ...(limit !== undefined && { limit }),
    dryRun,
  });
  console.out(args.json ? jsonText(report) : replayText(report));
  if (report.failed.length > 0) throw new DifferenceFound();
}

function replayText({ dryRun, replayed, skipped, failed }: ReplayReport): string {
  const place = ({ partition, offset }: LetterPlace) => `  ${partition}@${offset}`;
  return [
    dryRun ? `What would be replayed (nothing was written): ${replayed.length}` : `Replayed: ${replayed.length}`,
    ...replayed.map(
      (letter) =>
        `${place(letter)} -> ${letter.to.topic}-${letter.to.partition}${letter.to.offset === undefined ? '' : `@${letter.to.offset}`}`,
    ),
    ...(skipped.length === 0
      ? []
      : [`Can not be replayed: ${skipped.length}`, ...skipped.map((letter) => `${place(letter)}: ${letter.reason}`)]),
    ...(failed.length === 0 ? [] : [`Failed: ${failed.length}`, ...failed.map((letter) => `${place(letter)}: ${letter.reason}`)]),
    '',
  ].join('\n');
}

function placeOf(text: string): LetterPlace | undefined {
  const [, partition, offset] = /^(?:.*-)?(\d{1,10})@(\d{1,15})$/.exec(text) ?? [];
  return partition === undefined ? undefined : { partition: Number(partition), offset: Number(offset) };
}
