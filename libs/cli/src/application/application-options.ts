import { OuzelError } from '@ouzel/core';
import type { Command } from 'commander';
import type { LoadedApplication, StreamsEntry } from './loaded-application.js';
import { loadModule } from './load-module.js';

/** The arguments that say which application a command is about. */
export interface ApplicationArguments {
  readonly app?: string;
  readonly name?: string;
}

/** An application, and the entry `@ouzel/streams` that it uses. */
export interface ChosenApplication extends LoadedApplication {
  readonly streams: StreamsEntry;
}

/** Adds the options that say which application a command is about. */
export function withApplication(command: Command): Command {
  return command
    .option(
      '--app <module>',
      'the compiled module of the application, dist/app.module.js, or an export of it, dist/app.module.js#AppModule',
    )
    .option('--name <name>', 'the name of the application, where the module has several');
}

/** Calls `work` with the application that the arguments name; with undefined where they name none. */
export async function withLoaded<T>(
  { app, name }: ApplicationArguments,
  work: (application: ChosenApplication | undefined) => Promise<T>,
): Promise<T> {
  if (app === undefined) return work(undefined);
  const { applications, streams, close } = await loadModule(app);
  try {
    return await work({ ...chosen(applications, name, app), streams });
  } finally {
    await close();
  }
}

/** The application of a command that is of no use without one. Throws OUZEL_CONFIG where there is none. */
export function required(application: ChosenApplication | undefined, command: string): ChosenApplication {
  if (application !== undefined) return application;
  throw new OuzelError('OUZEL_CONFIG', { what: 'there is no application', where: command, help: 'Give --app dist/app.module.js.' });
}

function chosen(applications: readonly LoadedApplication[], name: string | undefined, app: string): LoadedApplication {
  const found = name === undefined ? applications : applications.filter((application) => application.name === name);
  if (found.length === 1) return found[0]!;
  const names = applications.map((application) => `"${application.name}"`).join(', ');
  const what = found.length > 1 ? `it has several applications: ${names}` : `it has no application "${name}", but ${names || 'none'}`;
  throw new OuzelError('OUZEL_CONFIG', { what, where: `--app ${app}`, help: 'Choose one: --name.' });
}
