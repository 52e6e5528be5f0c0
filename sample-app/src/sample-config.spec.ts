import { readConfig } from './sample-config.js';

describe('the environment of the sample', () => {
  it('may be empty', () => {
    expect(readConfig({})).toMatchObject({
      applicationId: 'payments',
      brokers: undefined,
      port: 3_000,
      paymentsPerSecond: 20,
      topics: { payment: 'payment', unknownPayment: 'unknown-payment' },
    });
  });

  it('names a real Kafka, a port, a folder and a pace', () => {
    expect(readConfig({ KAFKA_BROKERS: 'a:1, b:2', PORT: '3001', OUZEL_STATE_DIR: '/data', PAYMENTS_PER_SECOND: '0' })).toMatchObject({
      brokers: ['a:1', 'b:2'],
      port: 3_001,
      directory: '/data',
      paymentsPerSecond: 0,
    });
    expect(readConfig({ KAFKA_BROKERS: '' }).brokers).toBeUndefined();
  });

  it('is refused with all that is wrong', () => {
    expect(() => readConfig({ PORT: 'x', PAYMENTS_PER_SECOND: '-1' })).toThrow(
      'PORT must be a whole number from 0 to 65535\nPAYMENTS_PER_SECOND must be a whole number from 0 to 100000',
    );
  });
});
