import { Headers } from '@ouzel/core';
import { serdes, StreamRecord, StreamsBuilder, tumbling, within } from '@ouzel/streams';
import { TopologyTestDriver } from '@ouzel/testing';

const text = { key: serdes.string, value: serdes.string };
const keys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', '__defineGetter__'];

describe('hostile records', () => {
  it('pollute no prototype through JSON, 500 of them (X4)', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype).sort();
    const builder = new StreamsBuilder();
    const json = { key: serdes.string, value: serdes.json<Record<string, unknown>>() };
    builder
      .stream('in', json)
      .mapValues<Record<string, unknown>>((value) => ({ ...value, seen: true }))
      .groupByKey(json)
      .aggregate<Record<string, unknown>>(
        () => ({}),
        (aggregate, value) => ({ ...aggregate, ...value }),
        { materialized: { store: 'merged', ...json } },
      )
      .toStream()
      .to('out', json);
    const driver = new TopologyTestDriver(builder.build());
    const input = driver.createInputTopic('in', serdes.string, serdes.string);
    const output = driver.createOutputTopic('out', serdes.string, serdes.json<Record<string, unknown>>());
    const payloads = (i: number) => [
      `{"__proto__":{"polluted${i}":1}}`,
      `{"constructor":{"prototype":{"polluted${i}":1}}}`,
      `{"a":{"__proto__":{"polluted${i}":1}},"list":[{"__proto__":{"polluted${i}":1}}]}`,
      `{"__proto__":null,"toString":"x"}`,
      `{"__defineGetter__":"polluted","x":${i}}`,
    ];
    for (let i = 0; i < 100; i++) for (const payload of payloads(i)) await input.pipeKeyValue('k', payload);
    expect(output.readValues()).toHaveLength(500);
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
    expect(Object.keys({}).filter((key) => key.startsWith('polluted'))).toEqual([]);
    await driver.close();
  });

  it('are counted right where their keys and headers are names of members of objects, in six operators (X5)', async () => {
    const builder = new StreamsBuilder();
    const input = builder.stream('in', text);
    const longs = { key: serdes.string, value: serdes.long };
    input
      .groupByKey()
      .count({ materialized: { store: 'counts' } })
      .toStream()
      .to('counted', longs);
    input
      .groupByKey()
      .reduce((left, right) => left + right, { materialized: { store: 'reduced', ...text } })
      .toStream()
      .to('reduced', text);
    input
      .groupBy((value) => value, text)
      .count({ materialized: { store: 'by-value' } })
      .toStream()
      .to('by-value', longs);
    input
      .groupByKey()
      .windowedBy(tumbling('1h'))
      .count({ materialized: { store: 'windows' } })
      .toStream((_value, { key }) => key)
      .to('windowed', longs);
    const table = builder.table('table', text);
    input.join(table, (left, right) => `${left}+${right}`).to('joined', text);
    input
      .join(builder.stream('other', text), (left, right) => `${left}&${right}`, {
        window: within('1h'),
        key: serdes.string,
        left: serdes.string,
        right: serdes.string,
      })
      .to('both', text);
    const driver = new TopologyTestDriver(builder.build());
    const inputTo = (topic: string) => driver.createInputTopic(topic, serdes.string, serdes.string);
    const [records, rows, others] = [inputTo('in'), inputTo('table'), inputTo('other')];
    const record = (key: string, value: string) => new StreamRecord(key, value, 0, Headers.of([[key, '1']]));
    for (const key of keys) {
      await rows.pipe(record(key, 'row'));
      await others.pipe(record(key, 'other'));
      for (let i = 0; i < 3; i++) await records.pipe(record(key, key));
    }
    const numbers = (topic: string) => driver.createOutputTopic(topic, serdes.string, serdes.long).readMap();
    const texts = (topic: string) => driver.createOutputTopic(topic, serdes.string, serdes.string).readMap();
    const each = <V>(valueOf: (key: string) => V) => new Map(keys.map((key) => [key, valueOf(key)]));
    for (const topic of ['counted', 'by-value', 'windowed']) expect(numbers(topic)).toEqual(each(() => 3));
    expect(texts('reduced')).toEqual(each((key) => key.repeat(3)));
    expect(texts('joined')).toEqual(each((key) => `${key}+row`));
    expect(texts('both')).toEqual(each((key) => `${key}&other`));
    await driver.close();
  });

  it('that are JSON of 200,000 nested lists are refused by the handler, and the next one is processed (X11)', async () => {
    const builder = new StreamsBuilder();
    const json = { key: serdes.string, value: serdes.json<unknown>() };
    builder
      .stream('in', json)
      .mapValues((value) => value)
      .to('out', json);
    const driver = new TopologyTestDriver(builder.build(), {
      processingHandler: 'continue',
      deserializationHandler: 'continue',
      productionHandler: 'continue',
    });
    const input = driver.createInputTopic('in', serdes.string, serdes.string);
    await input.pipeKeyValue('k', '['.repeat(200_000) + ']'.repeat(200_000));
    await input.pipeKeyValue('k', '1');
    expect(driver.createOutputTopic('out', serdes.string, serdes.json<unknown>()).readValues()).toEqual([1]);
    await driver.close();
  });
});
