import { asError } from '@ouzel/core';
import { DriverError } from '../../client/index.js';

const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/;

/** What went wrong between us and a broker. Wrong credentials and certificates are fatal; anything else may pass. */
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
      help: 'Check `kafka.ssl`: state, certificate and host name.',
      cause,
    };
    return new DriverError('fatal', -1, parts);
  }
  // How a broker answers who speaks TLS where it expects none, or the other way round, or does not authenticate.
  const help = cause.name === 'KafkaJSConnectionClosedError' ? { help: 'If it goes on: check `kafka.ssl` and `kafka.sasl`.' } : {};
  return new DriverError('retriable', -1, { what: cause.message, where, cause, ...help });
}

/** The driver, or the part of it that was asked, has been closed. */
export function closedFailure(where: string): DriverError {
  return new DriverError('closed', -1, { what: 'the connection to Kafka has been closed', where });
}
