import { asError } from '@ouzel/core';
import { DriverError } from '../../client/index.js';

const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/;

/**
 * Returns the failure of a connection as a DriverError. Wrong credentials and certificates are `fatal`, all else is
 * `retriable`.
 */
export function connectionFailure(thrown: unknown, where: string): DriverError {
  if (thrown instanceof DriverError) return thrown;
  const cause = asError(thrown) as Error & { readonly code?: unknown; readonly type?: unknown };
  if (cause.name === 'KafkaJSSASLAuthenticationError' || cause.type === 'UNSUPPORTED_SASL_MECHANISM') {
    const parts = { what: `the broker refused the credentials: ${cause.message}`, where, help: 'Check `kafka.sasl`.', cause };
    return new DriverError('fatal', -1, parts, 'OUZEL_UNAUTHORIZED');
  }
  if (typeof cause.code === 'string' && tlsCode.test(cause.code)) {
    const parts = {
      what: `no TLS connection: ${cause.message}`,
      where,
      help: 'Check `kafka.ssl`: authority, certificate and host name.',
      cause,
    };
    return new DriverError('fatal', -1, parts);
  }
  // A broker closes the connection when only one side uses TLS.
  const help = cause.name === 'KafkaJSConnectionClosedError' ? { help: 'If this does not pass, check `kafka.ssl` and `kafka.sasl`.' } : {};
  return new DriverError('retriable', -1, { what: cause.message, where, cause, ...help });
}

/** Returns the failure of a request to something that has been closed. */
export function closedFailure(where: string): DriverError {
  return new DriverError('closed', -1, { what: 'the connection to Kafka has been closed', where });
}
