import { consoleLogger, type Logger } from '@ouzel/core';
import { having, optional, required, setting } from '@ouzel/core/settings';
import { applicationId, connection, serverAddress } from '../readers.js';

export const applicationSettings = {
  /**
   * Name of the application: its consumer group, and the prefix of its internal topics and of its folder. 1 to 150 of
   * the characters a-z, A-Z, 0-9, '.', '_' and '-'.
   */
  applicationId: required(applicationId, 'application.id'),
  /** How to reach Kafka: `{ brokers: ['host:9092'] }`, or `embedded()` for a Kafka in the process. */
  kafka: required(connection),
  /**
   * Where the client writes what a person should know. It never gets keys, values or secrets of records.
   *
   * @defaultValue the console, without debug lines
   */
  logger: setting(having<Logger>('debug', 'info', 'warn', 'error'), consoleLogger),
  /**
   * Address of this instance, `host:port`, for other instances: there they ask its stores with `queries`, or say that it
   * has a key that they do not have.
   */
  applicationServer: optional(serverAddress, 'application.server'),
};
