import { asError, OuzelError } from '@ouzel/core';
import { Command, CommanderError } from 'commander';
import type { Console } from './console/console.js';
import { DifferenceFound } from './console/difference-found.js';
import { dlqCommand } from './dead-letters/dlq-command.js';
import { groupsCommand } from './groups/groups-command.js';
import { lagCommand } from './groups/lag-command.js';
import { consumeCommand } from './records/consume-command.js';
import { produceCommand } from './records/produce-command.js';
import { resetCommand } from './reset/reset-command.js';
import { storesCommand } from './stores/stores-command.js';
import { topologyCommand } from './topology/topology-command.js';

export type { Console, Output } from './console/console.js';

/** How a run of the command line ends. */
export const exitCodes = {
  /** It did what it was asked to do. */
  done: 0,
  /**
   * Kafka or the command refused: members are alive, a topic or a permission is missing, Kafka can not be reached. Or a
   * difference was found: `topology check`.
   */
  failed: 1,
  /** The command line or the configuration is wrong. Nothing was done. */
  usage: 2,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The commands, in the order of the help. */
const commands = [topologyCommand, lagCommand, groupsCommand, dlqCommand, storesCommand, consumeCommand, produceCommand, resetCommand];

/**
 * Runs a command, `['reset', '--application-id', 'payments']`, and resolves to its exit code. Never rejects: failures
 * are written to `console.err`, as JSON where the arguments have `--json`.
 */
export async function run(args: readonly string[], console: Console): Promise<ExitCode> {
  const program = new Command('ouzel')
    .description('The command line of Ouzel, Kafka Streams for NestJS.')
    .configureOutput({ writeOut: console.out, writeErr: console.err })
    .addHelpText('after', '\nEnds with 0: done; 1: failed, or a difference was found; 2: the command line or the configuration is wrong.')
    .exitOverride();
  for (const add of commands) add(program, console);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.done;
  } catch (thrown) {
    // Commander has written what is wrong, or the help that it was asked for.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (thrown instanceof DifferenceFound && thrown.message === '') return exitCodes.failed;
    console.err(`${args.includes('--json') ? jsonOf(asError(thrown)) : asError(thrown).message}\n`);
    return codeOf(thrown) === 'OUZEL_CONFIG' ? exitCodes.usage : exitCodes.failed;
  }
}

/** The application may have another copy of the packages, whose errors are of other classes. */
function codeOf(thrown: unknown): unknown {
  return (thrown as { readonly code?: unknown } | null)?.code;
}

function jsonOf(error: Error): string {
  const { message } = error;
  return JSON.stringify({
    error: error instanceof OuzelError ? { code: error.code, message, where: error.where, help: error.help } : { message },
  });
}
