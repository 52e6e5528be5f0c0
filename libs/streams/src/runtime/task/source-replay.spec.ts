import { StreamsBuilder, timestamps, type Serde, type TimestampExtractor } from '../../index.js';
import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';

const day = 86_400_000;

const value: Serde<string> = {
  ...text.value,
  deserialize(...given) {
    const read = text.value.deserialize(...given);
    if (read === 'broken') throw new Error('not readable');
    return read;
  },
};

describe('A table that is restored from its source topic', () => {
  const app = EmbeddedApp.use('in');

  const table = (timestamp: TimestampExtractor<string, string> | undefined) => {
    const builder = new StreamsBuilder();
    builder.table('in', { key: text.key, value, ...(timestamp === undefined ? {} : { timestamp }), materialized: { store: 'rows' } });
    return builder.build({ optimization: 'all' });
  };

  /** Runs a client until it has read `records`, then another one, which has no local state. Returns what the table of each has. */
  async function beforeAndAfter(
    records: number,
    keys: readonly string[],
    timestamp?: TimestampExtractor<string, string>,
    config: Record<string, unknown> = {},
  ) {
    const found = [];
    for (const stateDirectory of [app.stateFolder('first'), app.stateFolder('second')]) {
      const streams = await app.started(table(timestamp), { ...config, stateDirectory });
      await until(async () => (await app.committed('in')) === records);
      const rows = [];
      await until(async () => (await app.valueOf(streams, 'rows', 'good')) !== undefined);
      for (const key of keys) rows.push(await app.valueOf(streams, 'rows', key));
      found.push(rows);
      await streams.close();
    }
    return found;
  }

  it('has no record that the bounds of its time have dropped, and all that they let pass', async () => {
    const now = Date.now();
    await app.send(
      'in',
      { key: 'good', value: 'now', timestamp: now },
      { key: 'ahead', value: 'wrong clock', timestamp: now + 1_800_000 },
      { key: 'good', value: 'wrong clock', timestamp: now + 1_800_000 },
    );
    const bounds = timestamps.within<string, string>({ future: '1m' });
    expect(await beforeAndAfter(3, ['good', 'ahead'], bounds)).toEqual([
      ['now', null],
      ['now', null],
    ]);
  });

  it('keeps the rows whose time was within the bounds when they came, and is not any more', async () => {
    await app.send('in', { key: 'good', value: 'then', timestamp: Date.now() - 1_000 });
    const streams = await app.started(table(timestamps.within({ past: '1h' })), {
      clock: app.clock,
      stateDirectory: app.stateFolder('first'),
    });
    await until(async () => (await app.committed('in')) === 1);
    await streams.close();
    app.clock.pause(day);
    const later = await app.started(table(timestamps.within({ past: '1h' })), {
      clock: app.clock,
      stateDirectory: app.stateFolder('second'),
    });
    await until(async () => (await app.valueOf(later, 'rows', 'good')) !== undefined);
    expect(await app.valueOf(later, 'rows', 'good')).toBe('then');
  });

  it('has no record that an extractor of the user has dropped', async () => {
    await app.send('in', { key: 'good', value: 'a' }, { key: 'good', value: 'test' }, { key: 'bad', value: 'test' });
    const extractor: TimestampExtractor<string, string> = ({ value, timestamp }) => (value === 'test' ? -1 : timestamp);
    expect(await beforeAndAfter(3, ['good', 'bad'], extractor)).toEqual([
      ['a', null],
      ['a', null],
    ]);
  });

  it('has no record that the default extractor has dropped', async () => {
    await app.send('in', { key: 'good', value: 'a' }, { key: 'good', value: 'test' });
    const defaultTimestampExtractor: TimestampExtractor<unknown, unknown> = ({ value, timestamp }) => (value === 'test' ? -1 : timestamp);
    expect(await beforeAndAfter(2, ['good'], undefined, { defaultTimestampExtractor })).toEqual([['a'], ['a']]);
  });

  it('has no record that could not be decoded', async () => {
    await app.send('in', { key: 'good', value: 'a' }, { key: 'good', value: 'broken' }, { key: 'bad', value: 'broken' });
    expect(await beforeAndAfter(3, ['good', 'bad'], undefined, { deserializationHandler: 'continue' })).toEqual([
      ['a', null],
      ['a', null],
    ]);
  });
});
