import { serdes, StreamsBuilder, tumbling } from '@ouzel/streams';
import { TopologyTestDriver } from '../index.js';

const text = { key: serdes.string, value: serdes.string };

describe('ttl of a table', () => {
  it('writes tombstones to the changelog and to the output, and lets an aggregate begin anew', async () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .groupByKey()
      .count({ materialized: { store: 'counts', ttl: '1h' } })
      .toStream()
      .to('out', { key: serdes.string, value: serdes.long });
    const driver = new TopologyTestDriver(builder.build(), { cacheMaxBytes: 0, applicationId: 'app' });
    const input = driver.createInputTopic('in', serdes.string, serdes.string);
    const hour = 3_600_000;
    await input.pipeKeyValue('a', 'x', 0);
    await input.pipeKeyValue('b', 'x', hour);
    await input.pipeKeyValue('a', 'x', hour + 1);
    const expected = [
      ['a', 1],
      ['b', 1],
      ['a', null],
      ['a', 1],
    ];
    expect(driver.createOutputTopic('out', serdes.string, serdes.long).readKeyValues()).toEqual(expected);
    expect(driver.createOutputTopic('app-counts-changelog', serdes.string, serdes.long).readKeyValues()).toEqual(expected);
    await driver.close();
  });

  it('keeps a table that has no name for its store', async () => {
    const builder = new StreamsBuilder();
    builder
      .table('in', { ...text, materialized: { ttl: 10 } })
      .toStream()
      .to('out', text);
    const driver = new TopologyTestDriver(builder.build());
    const input = driver.createInputTopic('in', serdes.string, serdes.string);
    await input.pipeKeyValue('a', 'x', 0);
    await input.pipeKeyValue('b', 'x', 10);
    expect(driver.createOutputTopic('out', serdes.string, serdes.string).readKeyValues()).toEqual([
      ['a', 'x'],
      ['b', 'x'],
      ['a', null],
    ]);
    await driver.close();
  });

  it('is refused where rows have a retention of their own', () => {
    const windowed = new StreamsBuilder().stream('in', text).groupByKey().windowedBy(tumbling('1m'));
    expect(() => windowed.count({ materialized: { ttl: '1h' } })).toThrow(/ttl/);
  });
});
