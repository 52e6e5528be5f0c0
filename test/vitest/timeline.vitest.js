import { serdes, StreamsBuilder } from '@ouzel/streams';
import { TopologyTestDriver } from '@ouzel/testing';
import { expect, it } from 'vitest';

async function echo(timeline) {
  const builder = new StreamsBuilder();
  const text = { key: serdes.string, value: serdes.string };
  builder.stream('in', text).to('out', text);
  const driver = new TopologyTestDriver(builder.build());
  await driver.createInputTopic('in', serdes.string, serdes.string).play(timeline);
  return driver.createOutputTopic('out', serdes.string, serdes.string);
}

it('reads a timeline', async () => {
  expect(await echo('a@0=x b@1s=y')).toReadTimeline('a@0=x b@1000=y');
});

it('shows another timeline', async () => {
  const output = await echo('a@0=x');
  expect(() => expect(output).toReadTimeline('a@0=z')).toThrow(/topic "out" has another timeline[^]*a@0=z[^]*a@0=x/);
});
