import { OuzelError } from '@ouzel/core';
import { DriverError } from '@ouzel/kafka';

/**
 * A task must begin again from its last commit, because the transaction of its last work was aborted, or may have been.
 * That is no fault of the task: it is not counted, and no handler is asked (TaskMigratedException, TaskCorruptedException).
 */
export class TransactionAborted extends OuzelError {
  constructor(cause: Error) {
    const what = `the transaction was not committed: ${cause instanceof DriverError ? cause.what : cause.message}`;
    super('OUZEL_DRIVER', { what, cause });
  }
}
