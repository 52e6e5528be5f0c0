import { OuzelError } from '@ouzel/core';
import { DriverError } from '@ouzel/kafka';

/**
 * Thrown when a task must begin again from its last commit, because its transaction was aborted, or may have been. The
 * failure is not counted, and no handler is called, because the task has done nothing wrong (TaskMigratedException,
 * TaskCorruptedException).
 */
export class TransactionAborted extends OuzelError {
  constructor(cause: Error) {
    const what = `the transaction was not committed: ${cause instanceof DriverError ? cause.what : cause.message}`;
    super('OUZEL_DRIVER', { what, cause });
  }
}
