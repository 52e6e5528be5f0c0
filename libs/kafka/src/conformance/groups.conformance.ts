import type { GroupMember, KafkaDriver } from '../client/index.js';
import { failure, Sharing, until, type World } from './world.conformance.js';

export function groupsConformance(world: World): void {
  const memberOf = (driver: KafkaDriver, group: string, instanceId?: string): GroupMember =>
    driver.createMember({
      group,
      instanceId,
      sessionTimeoutMs: 10_000,
      heartbeatIntervalMs: 200,
      rebalanceTimeoutMs: 30_000,
      protocol: 'ouzel',
    });
  const scene = async (partitions = 4) => {
    const driver = await world.driver();
    return { driver, topic: await world.topic(driver, partitions), group: world.name('group'), partitions };
  };

  describe('a group', () => {
    it('gives its only member everything, and keeps what it commits', async () => {
      const { driver, topic, group, partitions } = await scene();
      const member = memberOf(driver, group);
      const listener = new Sharing(topic, partitions);
      member.start(listener);
      await until(() => listener.current?.length === 4);
      expect(listener.told).toEqual(['leads 1']);
      expect(member.identity).toMatchObject({ group, generation: listener.assignments[0]!.generation, instanceId: undefined });
      await member.commit([{ topic, partition: 1, offset: 7, metadata: 'here' }]);
      const places = [0, 1].map((partition) => ({ topic, partition }));
      expect(await driver.admin.committedOffsets(group, places)).toEqual([
        { topic, partition: 0, offset: -1, metadata: '' },
        { topic, partition: 1, offset: 7, metadata: 'here' },
      ]);
    });

    it('shares among its members, and gives back what one leaves', async () => {
      const { driver, topic, group, partitions } = await scene();
      const [first, second] = [new Sharing(topic, partitions, 'a'), new Sharing(topic, partitions, 'b')];
      const staying = memberOf(driver, group);
      staying.start(first);
      await until(() => first.current?.length === 4);
      const leaving = memberOf(await world.driver('other'), group);
      leaving.start(second);
      await until(() => first.current?.length === 2 && second.current?.length === 2);
      expect(first.current).toEqual([0, 2]);
      expect(second.current).toEqual([1, 3]);
      expect(staying.identity?.generation).toBe(leaving.identity?.generation);
      await leaving.stop();
      await until(() => first.current?.length === 4);
      expect(first.told).toContain('rebalancing');
      expect(leaving.identity).toBeUndefined();
    });

    it('joins again when a member gave something up', async () => {
      const { driver, topic, group, partitions } = await scene();
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
      expect(after!.generation).toBe(before!.generation + 1);
    });

    it('rebalances when a member asks for it', async () => {
      const { driver, topic, group, partitions } = await scene();
      const listener = new Sharing(topic, partitions);
      const member = memberOf(driver, group);
      member.start(listener);
      await until(() => listener.assignments.length === 1);
      member.rejoin('asked by a test');
      await until(() => listener.assignments.length === 2);
      expect(listener.told).toEqual(['leads 1', 'rebalancing', 'leads 1']);
    });

    it('lets a member commit while it rebalances', async () => {
      const { driver, topic, group, partitions } = await scene();
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
      expect(await driver.admin.committedOffsets(group, [{ topic, partition: 0 }])).toMatchObject([{ offset: 5 }]);
    });

    it('refuses the commit of who was never a member', async () => {
      const { driver, topic, group } = await scene();
      const member = memberOf(driver, group);
      expect(await failure(member.commit([{ topic, partition: 0, offset: 5, metadata: '' }]))).toMatchObject({ kind: 'rejoin' });
    });

    it('keeps a static member over a restart without a rebalance', async () => {
      const { driver, topic, group, partitions } = await scene();
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
      expect(back.assignments).toEqual([{ partitions: second.current, generation }]);
      expect(staying.identity?.generation).toBe(generation);
    });

    it('fences the former of two with one instance id', async () => {
      const { driver, topic, group, partitions } = await scene();
      const [former, latter] = [new Sharing(topic, partitions), new Sharing(topic, partitions)];
      memberOf(driver, group, 'one').start(former);
      await until(() => former.current?.length === 4);
      memberOf(driver, group, 'one').start(latter);
      await until(() => former.error !== undefined && latter.current?.length === 4);
      expect(former.error).toMatchObject({ kind: 'fatal', kafkaCode: 82 });
    });

    it('removes a static member by force', async () => {
      const { driver, topic, group, partitions } = await scene();
      const [first, second] = [new Sharing(topic, partitions, 'a'), new Sharing(topic, partitions, 'b')];
      memberOf(driver, group, 'one').start(first);
      const leaving = memberOf(driver, group, 'two');
      leaving.start(second);
      await until(() => first.current?.length === 2 && second.current?.length === 2);
      await leaving.stop({ force: true });
      await until(() => first.current?.length === 4);
    });
  });
}
