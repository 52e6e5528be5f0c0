import { asError, OuzelError } from '@ouzel/core';
import { Command, CommanderError } from 'commander';
import { resetCommand } from './reset/reset-command.js';
import type { Output } from './console/output.js';

export type { Output } from './console/output.js';

/** How a run of the command line ends. */
export const exitCodes = {
  /** It did what it was asked to do. */
  done: 0,
  /** Kafka or the command refused: members are alive, a topic or a permission is missing, Kafka can not be reached. */
  failed: 1,
  /** The command line or the configuration is wrong. Nothing was done. */
  usage: 2,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * Runs a command, `['reset', '--application-id', 'payments']`, and resolves to its exit code. Never rejects: failures
 * are written to `output.err`, as JSON where the arguments have `--json`.
 */
export async function run(args: readonly string[], output: Output): Promise<ExitCode> {
  const program = new Command('ouzel')
    .description('The command line of Ouzel, Kafka Streams for NestJS.')
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .exitOverride();
  program.addCommand(resetCommand(output).copyInheritedSettings(program));
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.done;
  } catch (thrown) {
    // Commander has written what is wrong, or the help that it was asked for.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    output.err(`${args.includes('--json') ? jsonOf(asError(thrown)) : asError(thrown).message}\n`);
    return thrown instanceof OuzelError && thrown.code === 'OUZEL_CONFIG' ? exitCodes.usage : exitCodes.failed;
  }
}

function jsonOf(error: Error): string {
  const { message } = error;
  return JSON.stringify({
    error: error instanceof OuzelError ? { code: error.code, message, where: error.where, help: error.help } : { message },
  });
}
