import { readFile, writeFile } from 'node:fs/promises';
import { OuzelError } from '@ouzel/core';
import { silentLogger, type LockChange, type StreamsConfig, type TopologyLock } from '@ouzel/streams';
import { Option, type Command } from 'commander';
import {
  required,
  withApplication,
  withLoaded,
  type ApplicationArguments,
  type ChosenApplication,
} from '../application/application-options.js';
import { DifferenceFound } from '../console/difference-found.js';
import type { Console } from '../console/console.js';
import { changesText } from './changes-text.js';

interface LockArguments extends ApplicationArguments {
  readonly file: string;
  readonly exact?: true;
  readonly json?: true;
}

/** Adds `ouzel topology show|lock|check`. */
export function topologyCommand(program: Command, console: Console): void {
  const topology = program.command('topology').description('Shows the topology of an application, and guards it by a lock.');
  showCommand(topology, console);
  const locking = (command: Command) =>
    withApplication(command)
      .option('--file <file>', 'the file of the lock', 'topology.lock.json')
      .option('--json', 'write the differences, or the error, as JSON');
  locking(topology.command('lock'))
    .description('Writes what the application keeps in Kafka and on disk, by names, kinds and serdes: topology.lock.json.')
    .addHelpText('after', '\nExample:\n  $ ouzel topology lock --app dist/app.module.js')
    .action((args: LockArguments) =>
      withLoaded(args, async (found) => {
        const { lock, text } = lockOf(required(found, 'ouzel topology lock'));
        const former = await lockIn(args.file);
        const changes = former === undefined ? [] : changesFrom(former, lock, found!, args.file);
        await writeFile(args.file, text);
        console.out(
          args.json ? `${JSON.stringify({ file: args.file, changes })}\n` : `${args.file} is written\n${changesText(changes, console)}`,
        );
      }),
    );
  locking(topology.command('check'))
    .description('Compares the application with its lock. Ends with 1 where a change would orphan state or repartition topics.')
    .option('--exact', 'end with 1 for harmless changes too: the lock is out of date')
    .addHelpText('after', '\nExample, in CI:\n  $ ouzel topology check --app dist/app.module.js')
    .action((args: LockArguments) => withLoaded(args, (found) => check(required(found, 'ouzel topology check'), args, console)));
}

async function check(application: ChosenApplication, { file, exact, json }: LockArguments, console: Console): Promise<void> {
  const former = await lockIn(file);
  if (former === undefined)
    throw new OuzelError('OUZEL_TOPOLOGY_LOCK', { what: 'there is no lock', where: file, help: 'Write it: `ouzel topology lock`.' });
  const changes = changesFrom(former, lockOf(application).lock, application, file);
  const fails = changes.some(({ effect }) => effect === 'orphans' || exact === true);
  console.out(json ? `${JSON.stringify({ file, ok: !fails, changes })}\n` : changesText(changes, console) || `${file} is up to date\n`);
  if (fails) throw new DifferenceFound();
}

/** No lock depends on where Kafka is, or on the id of the application: one that is missing is filled in. */
function lockOf({ streams, topology, config }: ChosenApplication): { readonly lock: TopologyLock; readonly text: string } {
  const standard = { applicationId: 'application', kafka: { brokers: ['localhost:9092'] } } satisfies StreamsConfig;
  const lock = streams.topologyLock(topology, { ...standard, ...config, logger: silentLogger });
  return { lock, text: streams.lockText(lock) };
}

function changesFrom(former: string, lock: TopologyLock, { streams }: ChosenApplication, file: string): readonly LockChange[] {
  return streams.compareLocks(streams.parseLock(former, file), lock);
}

/** Returns undefined where there is no file. */
async function lockIn(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code === 'ENOENT') return undefined;
    throw new OuzelError('OUZEL_TOPOLOGY_LOCK', { what: 'the lock can not be read', where: file, cause });
  }
}

const formats = ['text', 'json', 'mermaid', 'dot'] as const;

interface ShowArguments extends ApplicationArguments {
  readonly format: (typeof formats)[number];
  readonly json?: true;
}

function showCommand(topology: Command, console: Console): void {
  withApplication(topology.command('show'))
    .description('Prints the topology.')
    .addOption(new Option('--format <format>', "text is Kafka Streams' description, to the letter").choices(formats).default('text'))
    .option('--json', 'the same as --format json')
    .addHelpText('after', '\nExample:\n  $ ouzel topology show --app dist/app.module.js --format dot | dot -Tsvg > topology.svg')
    .action((args: ShowArguments) =>
      withLoaded(args, (found) => {
        const { topology: shown } = required(found, 'ouzel topology show');
        console.out(textOf(shown, args.json ? 'json' : args.format));
        return Promise.resolve();
      }),
    );
}

function textOf(topology: ChosenApplication['topology'], format: ShowArguments['format']): string {
  switch (format) {
    case 'text':
      return topology.describe();
    case 'json':
      return `${JSON.stringify(topology.toJSON(), null, 2)}\n`;
    case 'mermaid':
      return topology.toMermaid();
    case 'dot':
      return topology.toDot();
  }
}
