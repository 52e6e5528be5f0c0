import type { Assignment, GroupListener } from '@ouzel/kafka';
import { EmbeddedApp, keptLog, text, until } from '../../embedded-app.spec-support.js';
import { resolveConfig } from '../../config/resolve-config.js';
import { plannedOf } from '../../dsl/topology.js';
import { embedded, StreamsBuilder, type KafkaStreams, type Topology } from '../../index.js';
import { planFor } from '../../topology/application-plan.js';

/** Returns the fingerprint by which leaders name the only sub-topology. */
function fingerprintOf(topology: Topology): string {
  return planFor(plannedOf(topology), resolveConfig({ applicationId: 'app', kafka: embedded() })).subTopologies[0]!.fingerprint;
}

/** Clients of several versions of one application. `seen` notes who processed what. */
describe('two versions of a topology in one group', () => {
  const app = EmbeddedApp.use({ topic: 'order', partitions: 4 }, { topic: 'rate', partitions: 4 }, 'out');
  let seen: { by: string; value: string }[];
  let instances = 0;

  beforeEach(() => {
    seen = [];
  });

  /** Version 1 passes orders on, version 2 counts them too, in the same sub-topology. */
  const passes = (by: string) => {
    const builder = new StreamsBuilder();
    return { builder, orders: builder.stream('order', text).peek((value) => void seen.push({ by, value })) };
  };
  const v1 = (by: string): Topology => passes(by).builder.build();
  const v2 = (by: string): Topology => {
    const { builder, orders } = passes(by);
    orders.groupByKey().count({ materialized: { store: 'counts' } });
    return builder.build();
  };
  const start = (topology: Topology, config: Record<string, unknown> = {}) =>
    app.started(topology, { stateDirectory: app.stateFolder(`instance-${instances++}`), ...config });
  const tasksOf = (streams: KafkaStreams) =>
    streams
      .status()
      .tasks.map(({ partitions }) => partitions.map(({ partition }) => partition))
      .flat();
  const shared = (...counts: readonly (readonly [KafkaStreams, number])[]) =>
    until(() => counts.every(([streams, count]) => streams.state === 'RUNNING' && tasksOf(streams).length === count));
  const sendToAll = (round: string) =>
    app.send('order', ...[0, 1, 2, 3].map((partition) => ({ key: `k${partition}`, value: `${round}-${partition}`, partition })));
  const processedOf = (round: string) => seen.filter(({ value }) => value.startsWith(`${round}-`));

  it('process each partition once, each in its own version, with a share by their number', async () => {
    const one = await start(v1('one'));
    await sendToAll('before');
    await until(() => processedOf('before').length === 4);
    const two = await start(v2('two'));
    await shared([one, 2], [two, 2]);
    expect([...tasksOf(one), ...tasksOf(two)].sort()).toEqual([0, 1, 2, 3]);
    await sendToAll('beside');
    await until(() => processedOf('beside').length === 4);
    const three = await start(v1('three'));
    await until(() => tasksOf(three).length > 0);
    await sendToAll('three');
    await until(() => processedOf('three').length === 4);
    expect(new Set(processedOf('three').map(({ value }) => value)).size).toBe(4);
    expect([one, two, three].map((streams) => streams.status().unprocessed)).toEqual([[], [], []]);
  });

  it('roll forth and back without a record that is lost or that two of them process', async () => {
    const rounds = ['old', 'first new', 'all new', 'first old', 'all old'];
    const steps: (() => Promise<void>)[] = [];
    let [a, b] = [await start(v1('a1')), await start(v1('b1'))];
    steps.push(async () => {});
    steps.push(async () => {
      await a.close();
      a = await start(v2('a2'));
    });
    steps.push(async () => {
      await b.close();
      b = await start(v2('b2'));
    });
    steps.push(async () => {
      await a.close();
      a = await start(v1('a3'));
    });
    steps.push(async () => {
      await b.close();
      b = await start(v1('b3'));
    });
    for (const [i, round] of rounds.entries()) {
      await steps[i]!();
      await shared([a, 2], [b, 2]);
      await sendToAll(round);
      await until(() => processedOf(round).length >= 4);
    }
    expect(seen.map(({ value }) => value).sort()).toEqual(rounds.flatMap((round) => [0, 1, 2, 3].map((p) => `${round}-${p}`)).sort());
    expect(new Set(processedOf('first new').map(({ by }) => by))).toEqual(new Set(['a2', 'b1']));
    expect(new Set(processedOf('all old').map(({ by }) => by))).toEqual(new Set(['a3', 'b3']));
  });

  it('run a sub-topology that only the newer one has, whose topics the older leader creates', async () => {
    const leader = await start(v1('old'));
    const builder = new StreamsBuilder();
    builder.stream('order', text).peek((value) => void seen.push({ by: 'new', value }));
    builder
      .stream('rate', text)
      .selectKey((value) => value)
      .groupByKey({ name: 'by-value', ...text })
      .count({ materialized: { store: 'rates' } });
    const newer = await start(builder.build());
    await until(() => newer.state === 'RUNNING' && newer.status().tasks.length >= 8);
    expect([leader.state, newer.status().failure]).toEqual(['RUNNING', null]);
    const topics = await app.driver.admin.topics(['app-by-value-repartition', 'app-rates-changelog']);
    expect([...topics.values()].map(({ partitions }) => partitions)).toEqual([4, 4]);
    await app.send('rate', { key: 'x', value: 'euro', partition: 3 });
    await until(async () => (await app.valueOf(newer, 'rates', 'euro')) === 1);
    await sendToAll('both');
    await until(() => processedOf('both').length === 4);
  });

  it('leave no partition behind where one reads a further topic in the same sub-topology', async () => {
    const old = await start(v1('old'));
    const builder = new StreamsBuilder();
    builder.stream(['order', 'rate'], text).peek((value) => void seen.push({ by: 'new', value }));
    const newer = await start(builder.build());
    await shared([old, 0], [newer, 8]);
    await sendToAll('joined');
    await app.send('rate', ...[0, 1, 2, 3].map((partition) => ({ value: `joined-rate-${partition}`, partition })));
    await until(() => processedOf('joined').length === 8);
  });

  it('name what neither can process beside what the other reads: in status, log and a metric', async () => {
    const { lines, logger } = keptLog();
    const reads = (...topics: readonly string[]) => {
      const builder = new StreamsBuilder();
      builder.stream(topics, text).peek((value) => void seen.push({ by: topics.join(), value }));
      return builder.build();
    };
    await app.createTopics('left', 'middle', 'right');
    const one = await start(reads('left', 'middle'), { logger });
    const other = await start(reads('middle', 'right'), { logger });
    await until(() => one.status().unprocessed.length > 0 && other.status().unprocessed.length > 0);
    expect(one.status().unprocessed).toMatchObject([{ topic: 'right', partitions: [0] }]);
    expect(lines.filter((line) => /^warn: no instance processes right \[0\]: instances run different versions/.test(line))).toHaveLength(2);
    const metric = one.metrics.collect().find(({ name }) => name === 'ouzel_unprocessed_partitions')!;
    expect(metric.samples).toEqual([{ labels: { topic: 'right' }, value: 1 }]);
    await one.close();
    await until(() => other.status().unprocessed.length === 0);
    await app.sendValues('right', 'read');
    await until(() => seen.some(({ value }) => value === 'read'));
  });

  it('fail alone where the topics of one do not fit: the others go on', async () => {
    await app.createTopics('app-by-value-repartition');
    const old = await start(v1('old'));
    const builder = new StreamsBuilder();
    builder
      .stream('rate', text)
      .selectKey((value) => value)
      .groupByKey({ name: 'by-value', ...text })
      .count({ materialized: { store: 'rates' } });
    const broken = await start(builder.build());
    await until(() => broken.state === 'ERROR');
    expect(broken.status().failure).toMatchObject({ code: 'OUZEL_TOPIC_MISCONFIGURED' });
    expect(broken.status().failure?.message).toContain(
      'app-by-value-repartition: the internal topic has 1 partitions, the topology needs 4',
    );
    await shared([old, 4]);
    await sendToAll('on');
    await until(() => processedOf('on').length === 4);
  });

  describe('beside members of other kinds', () => {
    const identity = { group: 'app', instanceId: undefined, protocol: 'ouzel' };
    const times = { sessionTimeoutMs: 5_000, heartbeatIntervalMs: 100, rebalanceTimeoutMs: 5_000 };
    const ofFirstVersion = (data: object) => Buffer.concat([Buffer.from([0, 1]), Buffer.from(JSON.stringify(data))]);

    /** A member that tells `userData` and notes what it gets; as leader it gives the others what `assign` says. */
    const join = (userData: Buffer, assign: GroupListener['assign'] = () => Promise.reject(new Error('it must not lead'))) => {
      const assigned: Assignment[] = [];
      const member = app.driver.createMember({ ...identity, ...times });
      member.start({
        subscription: () => ({ topics: ['order'], owned: [], userData }),
        assign,
        assigned: (assignment) => {
          assigned.push(assignment);
          return Promise.resolve('stay');
        },
        rebalancing: () => {},
        lost: () => Promise.resolve(),
        failed: () => {},
      });
      return { member, assigned };
    };

    it('give tasks to one that speaks the first version of the user data', async () => {
      const one = await start(v1('one'));
      const { member, assigned } = join(ofFirstVersion({ processId: 'p', server: null, running: [], stateOffsets: {} }));
      await until(() => assigned.at(-1)?.partitions.length === 2);
      await shared([one, 2]);
      const { active, partitions } = JSON.parse(assigned.at(-1)!.userData.toString('utf8', 2)) as Record<string, unknown>;
      expect(active).toHaveLength(2);
      expect(partitions).toEqual({ order: 4 });
      await member.stop();
      await shared([one, 4]);
    });

    it('end alone where the leader does not know that a member may end them all, and say so', async () => {
      const { lines, logger } = keptLog();
      const all = [0, 1, 2, 3].map((partition) => ({ topic: 'order', partition }));
      let fingerprint = '';
      const { member, assigned } = join(ofFirstVersion({}), (members) => {
        const userData = ofFirstVersion({
          active: fingerprint === '' ? [] : all.map(({ partition }) => ({ fingerprint, partition })),
          standby: [],
          owners: [],
          partitions: { order: 4 },
          error: null,
        });
        const isOurs = (bytes: Buffer) => !bytes.equals(ofFirstVersion({}));
        return Promise.resolve(
          new Map(members.map(({ memberId, userData: told }) => [memberId, { partitions: isOurs(told) ? all : [], userData }])),
        );
      });
      await until(() => assigned.length > 0);
      const builder = new StreamsBuilder();
      builder.stream('order', text).forEach(() => {
        throw new Error('bad');
      });
      const topology = builder.build();
      fingerprint = fingerprintOf(topology);
      const one = await start(topology, { logger, uncaughtHandler: 'shutdown-application' });
      await until(() => tasksOf(one).length === 4);
      await sendToAll('bad');
      await until(() => one.state === 'ERROR');
      expect(one.status().failure).toMatchObject({ code: 'OUZEL_PROCESSING' });
      expect(lines).toContain('warn: the leader of the group is of a version that can not end the application: only this instance ends');
      await member.stop();
    });

    it('give none to one that they do not understand, and say so', async () => {
      const { lines, logger } = keptLog();
      const one = await start(v1('one'), { logger });
      const { member, assigned } = join(Buffer.from('{}'));
      await until(() => assigned.length > 0);
      await shared([one, 4]);
      expect(assigned.at(-1)!.partitions).toEqual([]);
      expect(lines.some((line) => line.includes('of the group is none that this version understands'))).toBe(true);
      await member.stop();
    });

    it('name what a leader gives them that their version does not have', async () => {
      const { lines, logger } = keptLog();
      const partitions = [{ topic: 'rate', partition: 1 }];
      const userData = ofFirstVersion({
        active: [{ fingerprint: 'ffff', partition: 1 }],
        standby: [],
        owners: [],
        partitions: { rate: 4 },
        error: null,
      });
      const { member, assigned } = join(ofFirstVersion({}), (members) => {
        const empty = { partitions: [], userData: ofFirstVersion({}) };
        return Promise.resolve(
          new Map(members.map(({ memberId, topics }) => [memberId, topics.length > 1 ? { partitions, userData } : empty])),
        );
      });
      await until(() => assigned.length > 0);
      const builder = new StreamsBuilder();
      builder.stream('order', text).peek(() => {});
      builder.stream('out', text).peek(() => {});
      const one = await app.start(builder.build(), { logger });
      await until(() => one.status().unprocessed.length > 0);
      expect(one.status().unprocessed).toMatchObject([{ topic: 'rate', partitions: [1] }]);
      expect(
        lines.some((line) => /^warn: no instance processes rate \[1\]: the leader of the group gave them to this instance/.test(line)),
      ).toBe(true);
      await member.stop();
    });
  });
});
