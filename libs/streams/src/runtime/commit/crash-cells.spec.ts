import { EmbeddedApp, until } from '../../embedded-app.spec-support.js';
import { crashTopologies, type CrashTopology, type Input } from './crash-cells.spec-support.js';
import { crashPoints, Death, type CrashPoint } from './crash-points.spec-support.js';

const guarantees = ['exactly_once_v2', 'at_least_once'] as const;
const partitionOf = { a: 0, b: 1 } as const;
const perRound = 12;

/** Where the crash comes before the process has anything to do, nothing tells exactly once from at least once. */
describe.each(guarantees)('a process that dies, %s', (processingGuarantee) => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 2 }, { topic: 'out', partitions: 2 });
  const config = {
    processingGuarantee,
    sessionTimeout: 300,
    heartbeatInterval: 50,
    isolation: 'read_committed',
    transactionTimeout: 1_000,
  };

  const cells = crashTopologies.flatMap((topology) =>
    crashPoints.map((point): [CrashPoint, string, CrashTopology] => [point, topology.name, topology]),
  );
  it.each(cells)('%s: %s', async (point, _, topology) => {
    const inputs: Input[] = [];
    const send = async (round: number) => {
      const sent = Array.from({ length: perRound }, (_, i): Input => {
        const timestamp = round * 100 + 3 * i;
        return { key: i % 2 === 0 ? 'a' : 'b', value: String(round * perRound + i), timestamp };
      });
      inputs.push(...sent);
      await app.send('in', ...sent.map((input) => ({ ...input, partition: partitionOf[input.key as 'a' | 'b'] })));
    };
    await send(0);
    const before = await app.started(
      topology.build(() => {}),
      { ...config, stateDirectory: app.stateFolder('dying') },
    );
    await until(processed);
    await before.close();

    const folder = app.stateFolder(point === 'while it restores' ? 'empty' : 'dying');
    const death = new Death(app.kafka, point, folder, app.stateFolder('left'));
    const rows = death.watchRows();
    const dying = await app.start(
      topology.build((reached) => death.at(reached)),
      { ...config, kafka: death.connection, stateDirectory: folder },
    );
    if (point !== 'while it restores' && point !== 'when it is given tasks') await until(() => dying.state === 'RUNNING');
    death.arm();
    await send(1);
    const other = point === 'when tasks are taken from it' ? [{ stateDirectory: app.stateFolder('other') }] : [];
    for (const more of other)
      await app.start(
        topology.build(() => {}),
        { ...config, ...more },
      );
    await until(() => death.isOver);
    rows.restore();
    await dying.close({ timeout: '1ms' });

    await app.start(
      topology.build(() => {}),
      { ...config, stateDirectory: app.stateFolder('left') },
    );
    await send(2);
    await until(processed);
    await until(async () => topology.check(await outputs(), inputs, processingGuarantee === 'exactly_once_v2').length === 0).catch(
      async () => {
        expect(topology.check(await outputs(), inputs, processingGuarantee === 'exactly_once_v2')).toEqual([]);
      },
    );
  });

  /** Whether all that the application reads is committed to its end. */
  const processed = async () => {
    const topics = [...(await app.driver.admin.topics()).values()].filter(({ topic }) => topic === 'in' || topic.endsWith('-repartition'));
    const places = topics.flatMap(({ topic, partitions }) => Array.from({ length: partitions }, (_, partition) => ({ topic, partition })));
    const ends = await app.driver.admin.listOffsets(places, 'latest', 'read_uncommitted');
    const committed = await app.driver.admin.committedOffsets('app', places);
    return ends.every(({ topic, partition, offset }) => {
      const found = committed.find((one) => one.topic === topic && one.partition === partition);
      return offset === 0 || found?.offset === offset;
    });
  };

  /** All outputs that are committed, `key=value`. */
  const outputs = async () => {
    const places = [0, 1].map((partition) => ({ topic: 'out', partition }));
    const ends = await app.driver.admin.listOffsets(places, 'latest', 'read_committed');
    const fetcher = app.driver.createFetcher({ isolation: 'read_committed', maxWaitMs: 20, maxBytes: 1_048_576 });
    for (const place of places) fetcher.assign(place, 0);
    const found: string[] = [];
    const positions = [0, 0];
    for (; ends.some(({ partition, offset }) => positions[partition]! < offset); await fetcher.wait(5))
      for (const { partition, records, nextOffset } of fetcher.take(10_000)) {
        positions[partition] = nextOffset;
        for (const { key, value } of records) found.push(`${String(key)}=${value!.length === 8 ? value!.readBigInt64BE() : String(value)}`);
      }
    await fetcher.close();
    return found;
  };
});
