import { driverConformance } from '@ouzel/kafka/conformance';
import { kafkajs } from '@ouzel/kafka/kafkajs';
import { sharedBrokers } from './real-kafka.js';

describe('the driver on kafkajs', () => {
  const connection = kafkajs({ brokers: sharedBrokers() });

  for (const { name, run } of driverConformance(() => ({ connection }))) it(name, run, 60_000);
});
