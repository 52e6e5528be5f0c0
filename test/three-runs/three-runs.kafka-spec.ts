import { kafkajs } from '@ouzel/kafka/kafkajs';
import { fresh, sharedBrokers } from '../kafka/real-kafka.js';
import { runOnKafka } from './kafka-run.js';
import { halves } from './run.js';
import { runs } from './runs.js';

const kafka = () => kafkajs({ brokers: sharedBrokers(), requestTimeout: 10_000, logger: { warn: () => {} } });

describe.each(runs)('$name', (run) => {
  it('comes out on a real Kafka', async () => {
    expect(await runOnKafka(run, kafka(), fresh('three-runs'))).toEqual(run.expected);
  });

  it('comes out on it after a restart in the middle, with nothing but changelogs to go on from', async () => {
    expect(await runOnKafka(run, kafka(), fresh('three-runs'), halves(run))).toEqual(run.expected);
  });
});
