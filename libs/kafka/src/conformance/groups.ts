import { ok } from 'node:assert';
import { equal, matches, suite, test } from '@ouzel/core/conformance';
import { memberOf } from './clients.js';
import { Sharing } from './sharing.js';
import { until, failure } from './waiting.js';
import type { World } from './world.js';

const scene = async (world: World, partitions = 4) => {
  const driver = await world.driver();
  return { driver, topic: await world.topic(driver, partitions), group: world.name('group'), partitions };
};

export const groupTests = [
  ...suite<World>('a group', [
    test('gives its only member all partitions, and keeps what it commits', async (world) => {
      const { driver, topic, group, partitions } = await scene(world);
      const member = memberOf(driver, group);
      const listener = new Sharing(topic, partitions);
      member.start(listener);
      await until(() => listener.current?.length === 4);
      equal(listener.told, ['leads 1']);
      matches(member.identity, { group, generation: listener.assignments[0]!.generation, instanceId: undefined });
      await member.commit([{ topic, partition: 1, offset: 7, metadata: 'here' }]);
      const places = [0, 1].map((partition) => ({ topic, partition }));
      equal(await driver.admin.committedOffsets(group, places), [
        { topic, partition: 0, offset: -1, metadata: '' },
        { topic, partition: 1, offset: 7, metadata: 'here' },
      ]);
    }),

    test('names its members, and lets others commit only while it has none', async (world) => {
      const { driver, topic, group, partitions } = await scene(world);
      equal(await driver.admin.groupMembers(group), []);
      const offsets = [{ topic, partition: 1, offset: 7, metadata: 'x' }];
      await driver.admin.commitOffsets(group, offsets);
      ok((await driver.admin.groups()).some((listed) => listed.group === group));
      equal(await driver.admin.committedOffsets(group, [{ topic, partition: 1 }]), offsets);
      const member = memberOf(driver, group);
      const listener = new Sharing(topic, partitions);
      member.start(listener);
      await until(() => listener.current?.length === 4);
      const [named, ...others] = await driver.admin.groupMembers(group);
      equal(others, []);
      equal(named?.memberId, member.identity?.memberId);
      ok(named!.clientId !== '' && named!.host !== '');
      matches(await failure(driver.admin.commitOffsets(group, offsets)), { kind: 'rejoin' });
      await member.stop();
      await driver.admin.commitOffsets(group, [{ ...offsets[0]!, offset: 3 }]);
      matches(await driver.admin.committedOffsets(group, [{ topic, partition: 1 }]), [{ offset: 3 }]);
    }),

    test('keeps what is committed beside offsets of a topic that is gone', async (world) => {
      const { driver, topic, group, partitions } = await scene(world);
      const gone = await world.topic(driver);
      const member = memberOf(driver, group);
      const listener = new Sharing(topic, partitions);
      member.start(listener);
      await until(() => listener.current?.length === 4);
      await driver.admin.deleteTopics([gone]);
      const offsetsOf = (offset: number) => [gone, topic].map((each) => ({ topic: each, partition: 0, offset, metadata: '' }));
      await member.commit(offsetsOf(3));
      await member.commit(offsetsOf(4));
      matches(await driver.admin.committedOffsets(group, [{ topic, partition: 0 }]), [{ offset: 4 }]);
    }),

    test('shares the partitions among its members, and gives those of a member that leaves to the others', async (world) => {
      const { driver, topic, group, partitions } = await scene(world);
      const [first, second] = [new Sharing(topic, partitions, 'a'), new Sharing(topic, partitions, 'b')];
      const staying = memberOf(driver, group);
      staying.start(first);
      await until(() => first.current?.length === 4);
      const leaving = memberOf(await world.driver('other'), group);
      leaving.start(second);
      await until(() => first.current?.length === 2 && second.current?.length === 2);
      equal(first.current, [0, 2]);
      equal(second.current, [1, 3]);
      equal(staying.identity?.generation, leaving.identity?.generation);
      await leaving.stop();
      await until(() => first.current?.length === 4);
      ok(first.told.includes('rebalancing'));
      equal(leaving.identity, undefined);
    }),

    test('joins again when a member gave up partitions', async (world) => {
      const { driver, topic, group, partitions } = await scene(world);
      const listener = new Sharing(topic, partitions);
      const answers: ('stay' | 'rejoin')[] = ['rejoin', 'stay'];
      const assigned = listener.assigned.bind(listener);
      listener.assigned = async (assignment, generation) => {
        await assigned(assignment, generation);
        return answers.shift() ?? 'stay';
      };
      memberOf(driver, group).start(listener);
      await until(() => listener.assignments.length === 2);
      const [before, after] = listener.assignments;
      equal(after!.generation, before!.generation + 1);
    }),

    test('rebalances when a member asks for it', async (world) => {
      const { driver, topic, group, partitions } = await scene(world);
      const listener = new Sharing(topic, partitions);
      const member = memberOf(driver, group);
      member.start(listener);
      await until(() => listener.assignments.length === 1);
      member.rejoin('asked by a test');
      await until(() => listener.assignments.length === 2);
      equal(listener.told, ['leads 1', 'rebalancing', 'leads 1']);
    }),

    test('lets a member commit while it rebalances', async (world) => {
      const { driver, topic, group, partitions } = await scene(world);
      const [first, second] = [new Sharing(topic, partitions, 'a'), new Sharing(topic, partitions, 'b')];
      const member = memberOf(driver, group);
      member.start(first);
      await until(() => first.current?.length === 4);
      let committed = 0;
      first.subscription = () => ({ topics: [topic], owned: first.owned, userData: Buffer.from('a') });
      const rebalancing = first.rebalancing.bind(first);
      first.rebalancing = () => {
        rebalancing();
        void member.commit([{ topic, partition: 0, offset: 5, metadata: '' }]).then(() => committed++);
      };
      memberOf(driver, group).start(second);
      await until(() => committed === 1 && second.current?.length === 2);
      matches(await driver.admin.committedOffsets(group, [{ topic, partition: 0 }]), [{ offset: 5 }]);
    }),

    test('refuses the commit of a client that was never a member', async (world) => {
      const { driver, topic, group } = await scene(world);
      const member = memberOf(driver, group);
      matches(await failure(member.commit([{ topic, partition: 0, offset: 5, metadata: '' }])), { kind: 'rejoin' });
    }),

    test('keeps a static member over a restart without a rebalance', async (world) => {
      const { driver, topic, group, partitions } = await scene(world);
      const [first, second, back] = ['a', 'b', 'b'].map((data) => new Sharing(topic, partitions, data)) as [Sharing, Sharing, Sharing];
      const staying = memberOf(driver, group, 'one');
      staying.start(first);
      const leaving = memberOf(driver, group, 'two');
      leaving.start(second);
      await until(() => first.current?.length === 2 && second.current?.length === 2);
      const { generation } = staying.identity!;
      await leaving.stop();
      const returned = memberOf(driver, group, 'two');
      returned.start(back);
      await until(() => back.current !== undefined);
      equal(back.assignments, [{ partitions: second.current, generation }]);
      equal(staying.identity?.generation, generation);
    }),

    test('fences the older of two members with one instance id', async (world) => {
      const { driver, topic, group, partitions } = await scene(world);
      const [former, latter] = [new Sharing(topic, partitions), new Sharing(topic, partitions)];
      memberOf(driver, group, 'one').start(former);
      await until(() => former.current?.length === 4);
      memberOf(driver, group, 'one').start(latter);
      await until(() => former.error !== undefined && latter.current?.length === 4);
      matches(former.error, { kind: 'fatal', kafkaCode: 82 });
    }),

    test('removes a static member by force', async (world) => {
      const { driver, topic, group, partitions } = await scene(world);
      const [first, second] = [new Sharing(topic, partitions, 'a'), new Sharing(topic, partitions, 'b')];
      memberOf(driver, group, 'one').start(first);
      const leaving = memberOf(driver, group, 'two');
      leaving.start(second);
      await until(() => first.current?.length === 2 && second.current?.length === 2);
      await leaving.stop({ membership: 'leave' });
      await until(() => first.current?.length === 4);
    }),
  ]),
];
