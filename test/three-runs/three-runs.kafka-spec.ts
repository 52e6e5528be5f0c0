import { kafkajs } from '../../libs/streams/src/kafka/kafkajs/index.js';
import { fresh, sharedBrokers } from '../kafka/real-kafka.js';
import { runOnKafka } from './kafka-run.js';
import { runs } from './runs.js';

it.each(runs)('$name comes out on a real Kafka', async (run) => {
  const kafka = kafkajs({ brokers: sharedBrokers(), requestTimeout: 10_000, logger: { warn: () => {} } });
  expect(await runOnKafka(run, kafka, fresh('three-runs'))).toEqual(run.expected);
});
