import { readConfig } from './sample-config.js';

describe('the environment of the sample', () => {
  it('may be empty', () => {
    expect(readConfig({})).toMatchObject({
      applicationId: 'payments',
      brokers: undefined,
      port: 3_000,
      paymentsPerSecond: 20,
      processingGuarantee: undefined,
      sessionTimeout: undefined,
      topics: { payment: 'payment', unknownPayment: 'unknown-payment' },
    });
  });

  it('names a real Kafka, a port, a folder, a pace and a session timeout', () => {
    const env = {
      KAFKA_BROKERS: 'a:1, b:2',
      PORT: '3001',
      OUZEL_STATE_DIR: '/data',
      PAYMENTS_PER_SECOND: '0',
      OUZEL_SESSION_TIMEOUT: '10s',
      OUZEL_PROCESSING_GUARANTEE: 'exactly_once_v2',
    };
    expect(readConfig(env)).toMatchObject({
      brokers: ['a:1', 'b:2'],
      port: 3_001,
      directory: '/data',
      paymentsPerSecond: 0,
      sessionTimeout: 10_000,
      processingGuarantee: 'exactly_once_v2',
    });
  });

  it('may have variables that are empty: they count as left out', () => {
    expect(readConfig({ KAFKA_BROKERS: '', PORT: '', PAYMENT_TOPIC: '', OUZEL_SESSION_TIMEOUT: '' })).toEqual(readConfig({}));
  });

  it('is refused with all that is wrong', () => {
    const env = {
      PORT: 'x',
      PAYMENTS_PER_SECOND: '-1',
      KAFKA_BROKERS: 'localhost',
      OUZEL_SESSION_TIMEOUT: 'soon',
      OUZEL_PROCESSING_GUARANTEE: 'perhaps_once',
      PAYMENT_TOPIC: 'a b',
    };
    expect(() => readConfig(env)).toThrow(
      [
        'KAFKA_BROKERS must be addresses with ports, such as localhost:9092,localhost:9093',
        'PORT must be a whole number from 0 to 65535',
        'PAYMENTS_PER_SECOND must be a whole number from 0 to 100000',
        'OUZEL_PROCESSING_GUARANTEE must be at_least_once or exactly_once_v2',
        "OUZEL_SESSION_TIMEOUT must be a duration, such as '500ms', '10s' or '5m'",
        "PAYMENT_TOPIC must be 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_', '-'",
      ].join('\n'),
    );
    expect(() => readConfig({ PAYMENT_TOPIC: 'unknown-payment' })).toThrow('PAYMENT_TOPIC and UNKNOWN_PAYMENT_TOPIC must differ');
  });
});
