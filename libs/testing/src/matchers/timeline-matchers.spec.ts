import { serdes, StreamsBuilder, tumbling } from '@ouzel/streams';
import '../jest.js';
import { TopologyTestDriver, type TestOutputTopic } from '../index.js';

async function counted(timeline: string): Promise<TestOutputTopic<string, number>> {
  const builder = new StreamsBuilder();
  builder
    .stream('in', { key: serdes.string, value: serdes.string })
    .groupByKey()
    .count()
    .toStream()
    .to('out', { key: serdes.string, value: serdes.long });
  const driver = new TopologyTestDriver(builder.build());
  await driver.createInputTopic('in', serdes.string, serdes.string).play(timeline);
  return driver.createOutputTopic('out', serdes.string, serdes.long);
}

describe('toReadTimeline', () => {
  it('compares what is left of a topic with a timeline, whatever its line breaks and units', async () => {
    const output = await counted('a@0=x b@1s=x a@1500=x');
    output.readRecord();
    expect(output).toReadTimeline(`
      b@1000ms=1
      a@1500=2
    `);
    expect(output).toReadTimeline('');
  });

  it('shows the records that differ', async () => {
    const output = await counted('a@0=x b@1s=x');
    expect(() => expect(output).toReadTimeline('a@0=1 b@2s=1')).toThrow(/topic "out" has another timeline[^]*- b@2s=1[^]*\+ b@1s=1/);
  });

  it('can be negated', async () => {
    const output = await counted('a@0=x');
    expect(output).not.toReadTimeline('a@0=2');
    const other = await counted('a@0=x');
    expect(() => expect(other).not.toReadTimeline('a@0=1')).toThrow('has this timeline');
  });

  it('reads windowed keys, text in quotation marks and objects', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', { key: serdes.string, value: serdes.string })
      .groupByKey()
      .windowedBy(tumbling('1m'))
      .count()
      .toStream()
      .to('out', { key: serdes.timeWindowed(serdes.string, 60_000), value: serdes.long });
    const driver = new TopologyTestDriver(builder.build());
    await driver.createInputTopic('in', serdes.string, serdes.string).play('"a = b"@61s=x');
    expect(driver.createOutputTopic('out', serdes.timeWindowed(serdes.string, 60_000), serdes.long)).toReadTimeline(
      '"a = b"@[60s,120000)=1',
    );
  });

  it('refuses what is no output topic, and words that are no records', async () => {
    expect(() => expect('a@0=1').toReadTimeline('a@0=1')).toThrow('no output topic');
    const output = await counted('a@0=x');
    expect(() => expect(output).toReadTimeline('a@0')).toThrow('"a@0" can not be read');
  });
});
