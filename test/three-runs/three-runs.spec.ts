import { embedded, serdes, StreamsBuilder } from '@ouzel/streams';
import { TopologyTestDriver } from '@ouzel/testing';
import { runOnKafka } from './kafka-run.js';
import { outcome, type InputRecord, type Run } from './run.js';
import { runs } from './runs.js';

async function runOnTestDriver(run: Run): Promise<string[]> {
  const builder = new StreamsBuilder();
  run.build(builder, (name) => name).to('out', { key: serdes.string, value: serdes.string });
  const driver = new TopologyTestDriver(builder.build(run.config ?? {}), { outerJoinEmitInterval: 0, ...run.config });
  const inputs = new Map(run.inputs.map((name) => [name, driver.createInputTopic(name, serdes.string, serdes.string)]));
  for (const { topic, key, value, at } of inTurn(run)) await inputs.get(topic)!.pipeKeyValue(key, value, at);
  const found = driver.createOutputTopic('out', serdes.string, serdes.string).readKeyValues();
  await driver.close();
  return outcome(run, found);
}

/** As a task takes them: of what its inputs begin with, the oldest. */
function* inTurn({ inputs, records }: Run): Iterable<InputRecord> {
  const queues = inputs.map((name) => records.filter(({ topic }) => topic === name));
  const head = (queue: readonly InputRecord[]) => queue[0]?.at ?? Infinity;
  for (let left = records.length; left > 0; left--)
    yield queues.reduce((best, queue) => (head(queue) < head(best) ? queue : best)).shift()!;
}

describe.each(runs)('$name', (run) => {
  it('comes out on the test driver', async () => {
    expect(await runOnTestDriver(run)).toEqual(run.expected);
  });

  it('comes out on the embedded Kafka', async () => {
    expect(await runOnKafka(run, embedded(), 'run')).toEqual(run.expected);
  });
});
