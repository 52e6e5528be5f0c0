import { jest } from '@jest/globals';
import { driverConformance } from '../../libs/streams/src/kafka/driver.conformance.js';
import { kafkajs } from '../../libs/streams/src/kafka/kafkajs/index.js';
import { sharedBrokers } from './real-kafka.js';

jest.setTimeout(60_000);

driverConformance('kafkajs', () => Promise.resolve({ connection: kafkajs({ brokers: sharedBrokers() }), close: () => Promise.resolve() }));
