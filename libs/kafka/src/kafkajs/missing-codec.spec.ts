import { jest } from '@jest/globals';
import type { KafkaDriver } from '../client/index.js';
import { Deliveries, producerOf, recordFor } from '../conformance/clients.js';
import { ScriptedBroker } from './scripted-broker.spec-support.js';

jest.unstable_mockModule('snappy', () => {
  throw new Error("Cannot find package 'snappy'");
});

describe('a producer whose compression needs a package that is not installed', () => {
  let broker: ScriptedBroker;
  let driver: KafkaDriver;

  beforeEach(async () => {
    broker = await ScriptedBroker.start();
    driver = await broker.driver();
  });
  afterEach(async () => {
    await driver.close();
    broker.close();
  });

  it('fails its records with an error that says which package to install', async () => {
    const deliveries = new Deliveries();
    const producer = producerOf(driver, { compression: 'snappy' });
    producer.send(recordFor({ topic: 'payment', partition: 0 }, 'v', { delivery: deliveries }));
    await producer.flush();
    expect(deliveries.errors).toEqual([
      expect.objectContaining({
        kind: 'fatal',
        code: 'OUZEL_COMPRESSION',
        what: 'snappy needs the package snappy',
        help: 'Install it: npm install snappy',
      }),
    ]);
  });
});
