import { DriverError } from '../client/index.js';

/** Returns the failure of calls that wait when their driver is closed. */
export function closedFailure(where: string): DriverError {
  return new DriverError('closed', -1, { what: 'the driver is closed', where });
}
