import type { GroupMember, KafkaDriver, MemberOptions } from '../client/index.js';
import { failure, Sharing, until, type World } from './world.conformance.js';

/** A member whose joins wait until they are let go. */
class Hesitating extends Sharing {
  private waiting: Promise<void> = Promise.resolve();
  letGo = () => {};

  hesitate(): void {
    this.waiting = new Promise((resolve) => (this.letGo = resolve));
  }
  override async subscription() {
    await this.waiting;
    return super.subscription();
  }
}

/** What a group does with members that are late, silent, or speak another protocol. */
export function groupTimeoutsConformance(world: World): void {
  const memberOf = (driver: KafkaDriver, group: string, options: Partial<MemberOptions> = {}): GroupMember =>
    driver.createMember({
      group,
      instanceId: undefined,
      sessionTimeoutMs: 30_000,
      heartbeatIntervalMs: 100,
      rebalanceTimeoutMs: 30_000,
      protocol: 'ouzel',
      ...options,
    });
  const scene = async () => {
    const driver = await world.driver();
    const topic = await world.topic(driver, 2);
    return { driver, group: world.name('group'), first: new Hesitating(topic, 2, 'a'), second: new Sharing(topic, 2, 'b'), topic };
  };

  describe('a group', () => {
    it('parks a join until the other members have joined again', async () => {
      const { driver, group, first, second } = await scene();
      const hesitating = memberOf(driver, group);
      hesitating.start(first);
      await until(() => first.current?.length === 2);
      first.hesitate();
      memberOf(driver, group).start(second);
      await until(() => first.told.includes('rebalancing'));
      expect(second.current).toBeUndefined();
      first.letGo();
      await until(() => first.current?.length === 1 && second.current?.length === 1);
      expect(second.assignments[0]!.generation).toBe(first.assignments[0]!.generation + 1);
    });

    it('goes on without a member that does not join again in time', async () => {
      const { driver, group, first, second } = await scene();
      const late = memberOf(driver, group, { rebalanceTimeoutMs: 1_000 });
      late.start(first);
      await until(() => first.current?.length === 2);
      first.hesitate();
      memberOf(driver, group, { rebalanceTimeoutMs: 1_000 }).start(second);
      await until(() => second.current?.length === 2);
      first.letGo();
      await until(() => first.told.includes('lost: rejoin') && first.current?.length === 1);
      expect(second.current?.length).toBe(1);
    });

    it('ends the session of a member that is silent, and refuses its commits', async () => {
      const { driver, group, first, second, topic } = await scene();
      const silent = memberOf(driver, group, { sessionTimeoutMs: world.shortestSessionMs, heartbeatIntervalMs: 600_000 });
      silent.start(first);
      await until(() => first.current?.length === 2);
      memberOf(driver, group).start(second);
      await until(() => second.current?.length === 2);
      const commit = silent.commit([{ topic, partition: 0, offset: 5, metadata: '' }]);
      expect(await failure(commit)).toMatchObject({ kind: 'rejoin', kafkaCode: 25 });
      await until(() => first.told.includes('lost: rejoin'));
    });

    it('takes no member of another protocol, and is not disturbed by it', async () => {
      const { driver, group, first, second } = await scene();
      memberOf(driver, group).start(first);
      await until(() => first.current?.length === 2);
      memberOf(driver, group, { protocol: 'other', sessionTimeoutMs: world.shortestSessionMs }).start(second);
      await until(() => second.error !== undefined);
      expect(second.error).toMatchObject({ kind: 'fatal', kafkaCode: 23 });
      expect(first.told).toEqual(['leads 1']);
    });

    it('is not held up by a member that stops while its join is parked', async () => {
      const { driver, group, first, second } = await scene();
      memberOf(driver, group).start(first);
      await until(() => first.current?.length === 2);
      first.hesitate();
      const stopping = memberOf(driver, group);
      stopping.start(second);
      await until(() => first.told.includes('rebalancing'));
      await stopping.stop();
      first.letGo();
      await until(() => first.assignments.length === 2);
      expect(first.current).toEqual([0, 1]);
      expect(second.told).toEqual([]);
    });
  });
}
