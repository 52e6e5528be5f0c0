import { DriverError } from '../client/index.js';

/** What waits when its driver closes fails with this. */
export function closedFailure(where: string): DriverError {
  return new DriverError('closed', -1, { what: 'the driver is closed', where });
}
