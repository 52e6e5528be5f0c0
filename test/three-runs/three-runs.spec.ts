import { embedded, serdes, StreamsBuilder } from '@ouzel/streams';
import { TopologyTestDriver } from '@ouzel/testing';
import { runOnKafka } from './kafka-run.js';
import { halves, inTurn, outcome, type Run } from './run.js';
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

describe.each(runs)('$name', (run) => {
  it('has the expected output on the test driver', async () => {
    expect(await runOnTestDriver(run)).toEqual(run.expected);
  });

  it('has it on the embedded Kafka', async () => {
    expect(await runOnKafka(run, embedded(), 'run')).toEqual(run.expected);
  });

  it('has it after a restart in the middle, with state from changelogs alone', async () => {
    expect(await runOnKafka(run, embedded(), 'run', halves(run))).toEqual(run.expected);
  });

  it('has it exactly once, and after such a restart', async () => {
    const exactlyOnce = { processingGuarantee: 'exactly_once_v2' } as const;
    expect(await runOnKafka(run, embedded(), 'run', [run.records], exactlyOnce)).toEqual(run.expected);
    expect(await runOnKafka(run, embedded(), 'run', halves(run), exactlyOnce)).toEqual(run.expected);
  });
});
