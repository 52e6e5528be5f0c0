import { StateError } from '@ouzel/core';
import { Damage } from './damage.js';

/** Errors of LevelDB and Node where the machine lacks something. LevelDB has only the text of the operating system. */
const lacks: readonly { readonly said: RegExp; readonly what: string; readonly help: string }[] = [
  {
    said: /ENOSPC|EDQUOT|No space left|[Qq]uota exceeded/,
    what: 'the disk of the local state is full',
    help: 'Free some space; nothing is lost, and what is not committed is read again.',
  },
  {
    said: /EACCES|EPERM|EROFS|Permission denied|Operation not permitted|Read-only file system/,
    what: 'the local state can not be read and written',
    help: 'Give this process the rights to read and write the folder, or another `stateDirectory`.',
  },
  {
    said: /EMFILE|ENFILE|ENOMEM|Too many open files|Cannot allocate memory/,
    what: 'the process has no more files or memory for its local state',
    help: 'Raise the limit of open files (ulimit -n) or the memory of this process.',
  },
  {
    said: /ENOLCK|No locks available|Function not implemented|Operation not supported/,
    what: 'the file system of the local state does not lock files',
    help: 'Choose a `stateDirectory` on a local disk.',
  },
];

/**
 * Returns what a failure of a database at this place means: OUZEL_STATE_LOCKED when another process has it open,
 * OUZEL_STATE when the machine lacks space, rights or files or the database is closed, and OUZEL_STATE_CORRUPT when
 * LevelDB or the operating system fails for any other reason: such state can not be used and is made anew.
 */
export function stateFailure(thrown: unknown, where: string): StateError {
  if (thrown instanceof StateError) return thrown;
  const chain = causesOf(thrown);
  const said = chain.map((error) => `${error.code ?? ''} ${error.message}`).join('; ');
  const cause = thrown;
  const lack = lacks.find((each) => each.said.test(said));
  if (lack !== undefined) return new StateError('OUZEL_STATE', { what: lack.what, where, help: lack.help, cause });
  if (chain.some(({ code }) => code === 'LEVEL_LOCKED')) {
    const help = 'Give every instance a `stateDirectory` of its own.';
    return new StateError('OUZEL_STATE_LOCKED', { what: 'another instance uses this state', where, help, cause });
  }
  if (thrown instanceof Damage) return new StateError('OUZEL_STATE_CORRUPT', { what: thrown.message, where, cause });
  const innermost = chain.at(-1);
  const message = innermost?.message ?? String(thrown);
  if (innermost?.code === 'LEVEL_DATABASE_NOT_OPEN' || innermost?.code === 'LEVEL_ITERATOR_NOT_OPEN')
    return new StateError('OUZEL_STATE', { what: 'the state is closed', where, cause });
  const isOfLevel = /^(Corruption|IO error|Invalid argument|Not implemented): /.test(message);
  const isOfSystem = innermost !== undefined && 'errno' in innermost;
  // Anything else is a fault of a program, and would come again whatever is done to the files.
  return new StateError(isOfLevel || isOfSystem ? 'OUZEL_STATE_CORRUPT' : 'OUZEL_STATE', { what: message, where, cause });
}

interface Coded {
  readonly message: string;
  readonly code?: string;
  readonly cause?: unknown;
}

/** Returns an error with what caused it, from the outside in: what LevelDB said is the innermost. */
function causesOf(thrown: unknown): readonly Coded[] {
  const chain: Coded[] = [];
  for (let error = thrown; isError(error); error = error.cause) chain.push(error);
  return chain;
}

/** Errors of native code may be of another realm, where `instanceof` does not know them. */
function isError(thrown: unknown): thrown is Coded {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown;
}
