import { OuzelError } from '@ouzel/core';

/** Returns the error that stops the client when a task fails. It names the task where the original error does not. */
export function taskFailure(error: Error, task: string): OuzelError {
  const place = `task ${task}`;
  if (!(error instanceof OuzelError)) return new OuzelError('OUZEL_PROCESSING', { what: error.message, where: place, cause: error });
  const { code, what, where = place, help } = error;
  return new OuzelError(code, {
    what,
    where: where.includes(place) ? where : `${where}, ${place}`,
    ...(help === undefined ? {} : { help }),
    cause: error,
  });
}
