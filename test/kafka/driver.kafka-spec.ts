import { jest } from '@jest/globals';
import { driverConformance } from '../../libs/kafka/src/conformance/driver.conformance.js';
import { kafkajs } from '@ouzel/kafka/kafkajs';
import { sharedBrokers } from './real-kafka.js';

jest.setTimeout(60_000);

driverConformance('kafkajs', () => Promise.resolve({ connection: kafkajs({ brokers: sharedBrokers() }), close: () => Promise.resolve() }));
