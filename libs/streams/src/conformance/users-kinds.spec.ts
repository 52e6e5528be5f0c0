import { Headers, readInt64, writeInt64 } from '@ouzel/core';
import { TopologyTestDriver } from '@ouzel/testing';
import type { KeyValueStoreView } from '@ouzel/streams';
import {
  keyValueContract,
  serdes,
  Stores,
  StreamsBuilder,
  type ChangelogRecord,
  type Entry,
  type KeyValueStore,
  type LoggedRowRange,
  type ScanOptions,
  type StateStore,
  type StoreKind,
  type StoreParts,
  type StoreSpec,
  type ValueAndTimestamp,
  type ValueFormat,
} from '@ouzel/streams';
import { keyValueConformance, storeConformance, type StoreUnderTest } from '@ouzel/streams/conformance';

import { EmbeddedApp, text, until } from '../embedded-app.spec-support.js';

interface PlainOptions {
  readonly values: ValueFormat;
}

/** A key-value store as a user would write it. */
class PlainStore implements KeyValueStore<unknown, unknown>, StateStore {
  readonly name: string;

  constructor(
    private readonly spec: StoreSpec<PlainOptions>,
    private readonly parts: StoreParts,
  ) {
    this.name = spec.name;
  }

  get(key: unknown): unknown {
    const row = this.parts.loggedRows.get(this.keyOf(key));
    return row === null ? null : this.valueIn(row);
  }

  put(key: unknown, value: unknown): void {
    this.parts.loggedRows.put(this.keyOf(key), value === null ? null : this.rowOf(value));
  }

  putIfAbsent(key: unknown, value: unknown): unknown {
    const former = this.get(key);
    if (former === null) this.put(key, value);
    return former;
  }

  delete(key: unknown): unknown {
    const former = this.get(key);
    this.put(key, null);
    return former;
  }

  putAll(entries: Iterable<Entry<unknown, unknown>>): void {
    for (const [key, value] of entries) this.put(key, value);
  }

  range(from: unknown, to: unknown, options: ScanOptions = {}): AsyncIterable<Entry<unknown, unknown>> {
    return this.scan({
      ...(from !== null && { from: this.keyOf(from) }),
      ...(to !== null && { to: Buffer.concat([this.keyOf(to), Buffer.of(0)]) }),
      ...options,
    });
  }

  all(options: ScanOptions = {}): AsyncIterable<Entry<unknown, unknown>> {
    return this.scan(options);
  }

  async *prefixScan(prefix: string | Buffer): AsyncGenerator<Entry<unknown, unknown>> {
    const from = Buffer.from(prefix as string);
    for await (const [key, row] of this.parts.loggedRows.scan({ from })) {
      if (!key.subarray(0, from.length).equals(from)) return;
      yield [this.keyIn(key), this.valueIn(row)];
    }
  }

  approximateNumEntries(): number {
    return 0;
  }

  restore(record: ChangelogRecord): void {
    this.parts.loggedRows.restore(record);
  }

  flush(): void {}

  close(): void {}

  private async *scan(range: LoggedRowRange): AsyncGenerator<Entry<unknown, unknown>> {
    for await (const [key, row] of this.parts.loggedRows.scan(range)) yield [this.keyIn(key), this.valueIn(row)];
  }

  private keyOf(key: unknown): Buffer {
    return this.spec.key.serialize(key, this.parts.topic, Headers.empty);
  }

  private keyIn(row: Buffer): unknown {
    return this.spec.key.deserialize(row, this.parts.topic, Headers.empty);
  }

  private rowOf(stored: unknown): Buffer {
    const { spec, parts } = this;
    if (spec.options.values === 'plain') return spec.value.serialize(stored, parts.topic, Headers.empty);
    const { value, timestamp } = stored as ValueAndTimestamp<unknown>;
    const time = Buffer.alloc(8);
    writeInt64(time, timestamp, 0);
    return Buffer.concat([time, spec.value.serialize(value, parts.topic, Headers.empty)]);
  }

  private valueIn(row: Buffer): unknown {
    const { spec, parts } = this;
    if (spec.options.values === 'plain') return spec.value.deserialize(row, parts.topic, Headers.empty);
    return { value: spec.value.deserialize(row.subarray(8), parts.topic, Headers.empty), timestamp: readInt64(row, 0) };
  }
}

const plainKind: StoreKind<PlainStore, PlainOptions> = {
  name: 'plain store',
  identity: ({ values }) => `plain-${values}`,
  changelogConfig: () => ({ 'cleanup.policy': 'compact' }),
  create: (spec, parts) => new PlainStore(spec, parts),
  contract: keyValueContract,
};

const supplier = (name: string) => Stores.supplier(plainKind, name, {});

describe('a kind of key-value store that a user wrote', () => {
  for (const { name, run } of keyValueConformance(supplier)) it(name, run);

  it('keeps the rows of a table, and is read as any other', async () => {
    const builder = new StreamsBuilder();
    builder
      .table('in', { key: serdes.string, value: serdes.string, materialized: { store: supplier('rows') } })
      .toStream()
      .to('out');
    const driver = new TopologyTestDriver(builder.build());
    await driver.createInputTopic('in', serdes.string, serdes.string).pipeKeyValue('a', 'x', 5);
    expect((await driver.timestampedKeyValueStore<string, string>('rows')).get('a')).toEqual({ value: 'x', timestamp: 5 });
    expect((await driver.keyValueStore<string, string>('rows')).get('a')).toBe('x');
    expect(await (driver.storeView('rows') as KeyValueStoreView<string, string>).get('a')).toBe('x');
    await driver.close();
  });
});

describe('a kind that a user wrote, in an application', () => {
  const app = EmbeddedApp.use('in');

  it('is there after a restart, and is restored where the disk is lost', async () => {
    const topology = () => {
      const builder = new StreamsBuilder();
      builder.table('in', { ...text, materialized: { store: supplier('rows') } });
      return builder.build();
    };
    const first = await app.started(topology());
    await app.send('in', { key: 'a', value: '1' }, { key: 'b', value: '2' });
    await until(async () => (await app.valueOf(first, 'rows', 'b')) === '2');
    await app.send('in', { key: 'b', value: null });
    await until(async () => (await app.valueOf(first, 'rows', 'b')) === null);
    await first.close();
    for (const stateDirectory of [undefined, app.stateFolder('lost')]) {
      const next = await app.started(topology(), stateDirectory === undefined ? {} : { stateDirectory });
      await until(async () => (await app.valueOf(next, 'rows', 'a')) === '1');
      expect(await app.valueOf(next, 'rows', 'b')).toBeNull();
      await next.close();
    }
  });
});

/** Names of the tests that a store fails. */
async function failuresOf(faults: Partial<StateStore>): Promise<string[]> {
  const kind: StoreKind<PlainStore, PlainOptions> = {
    ...plainKind,
    create: (spec, parts) => Object.assign(new PlainStore(spec, parts), faults),
  };
  const subject: StoreUnderTest<KeyValueStore<string, string>> = {
    builder: () => Stores.keyValueStoreBuilder(Stores.supplier(kind, 's', {}, { persistent: false }), serdes.string, serdes.string),
    write: (store, step) => store.put(`k${step % 7}`, `v${step}`),
    read: (store) => [0, 1, 2, 3, 4, 5, 6].map((key) => store.get(`k${key}`)),
  };
  const failed: string[] = [];
  for (const { name, run } of storeConformance(subject)) await run().catch(() => failed.push(name));
  return failed;
}

describe('the conformance suite of stores', () => {
  it('passes a sound store', async () => {
    expect(await failuresOf({})).toEqual([]);
  });

  it('fails a store that does not restore', async () => {
    expect(await failuresOf({ restore: () => undefined })).toEqual([
      'in memory: keeps what was committed when the process dies',
      'in memory: finds in its changelog what was flushed and not committed',
      'in memory: is rebuilt from its changelog alone',
      'in memory: forgets what an aborted transaction wrote',
      'in memory: goes on after a commit that never ended',
    ]);
  });
});
