import { kafkajs } from '@ouzel/kafka/kafkajs';
import { fresh, sharedBrokers } from '../kafka/real-kafka.js';
import { runOnKafka } from './kafka-run.js';
import { halves } from './run.js';
import { runs } from './runs.js';

const kafka = () => kafkajs({ brokers: sharedBrokers(), requestTimeout: 10_000, logger: { warn: () => {} } });

describe.each(runs)('$name', (run) => {
  it('has the expected output on a real Kafka', async () => {
    expect(await runOnKafka(run, kafka(), fresh('three-runs'))).toEqual(run.expected);
  });

  it('has it on a real Kafka after a restart in the middle, with state from changelogs alone', async () => {
    expect(await runOnKafka(run, kafka(), fresh('three-runs'), halves(run))).toEqual(run.expected);
  });
});
