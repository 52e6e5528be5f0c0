import { equal, matches, suite, test } from '@ouzel/core/conformance';
import type { GroupMember, KafkaDriver, MemberOptions } from '../client/index.js';
import { Sharing } from './sharing.js';
import { until, failure } from './waiting.js';
import type { World } from './world.js';

/** The listener of a member whose joins wait from `hesitate` until `letGo`. */
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
const scene = async (world: World) => {
  const driver = await world.driver();
  const topic = await world.topic(driver, 2);
  return { driver, group: world.name('group'), first: new Hesitating(topic, 2, 'a'), second: new Sharing(topic, 2, 'b'), topic };
};

/** Members that are late, send nothing, or have another protocol. */
export const groupTimeoutTests = [
  ...suite<World>('a group', [
    test('parks a join until the other members have joined again', async (world) => {
      const { driver, group, first, second } = await scene(world);
      const hesitating = memberOf(driver, group);
      hesitating.start(first);
      await until(() => first.current?.length === 2);
      first.hesitate();
      memberOf(driver, group).start(second);
      await until(() => first.told.includes('rebalancing'));
      equal(second.current, undefined);
      first.letGo();
      await until(() => first.current?.length === 1 && second.current?.length === 1);
      equal(second.assignments[0]!.generation, first.assignments[0]!.generation + 1);
    }),

    test('goes on without a member that does not join again in time', async (world) => {
      const { driver, group, first, second } = await scene(world);
      const late = memberOf(driver, group, { rebalanceTimeoutMs: 1_000 });
      late.start(first);
      await until(() => first.current?.length === 2);
      first.hesitate();
      memberOf(driver, group, { rebalanceTimeoutMs: 1_000 }).start(second);
      await until(() => second.current?.length === 2);
      first.letGo();
      await until(() => first.told.includes('lost: rejoin') && first.current?.length === 1);
      equal(second.current?.length, 1);
    }),

    test('ends the session of a member that is silent, and refuses its commits', async (world) => {
      const { driver, group, first, second, topic } = await scene(world);
      const silent = memberOf(driver, group, { sessionTimeoutMs: world.shortestSessionMs, heartbeatIntervalMs: 600_000 });
      silent.start(first);
      await until(() => first.current?.length === 2);
      memberOf(driver, group).start(second);
      await until(() => second.current?.length === 2);
      const commit = silent.commit([{ topic, partition: 0, offset: 5, metadata: '' }]);
      matches(await failure(commit), { kind: 'rejoin', kafkaCode: 25 });
      await until(() => first.told.includes('lost: rejoin'));
    }),

    test('refuses a member of another protocol, and goes on undisturbed', async (world) => {
      const { driver, group, first, second } = await scene(world);
      memberOf(driver, group).start(first);
      await until(() => first.current?.length === 2);
      memberOf(driver, group, { protocol: 'other', sessionTimeoutMs: world.shortestSessionMs }).start(second);
      await until(() => second.error !== undefined);
      matches(second.error, { kind: 'fatal', kafkaCode: 23 });
      equal(first.told, ['leads 1']);
    }),

    test('is not held up by a member that stops while its join is parked', async (world) => {
      const { driver, group, first, second } = await scene(world);
      memberOf(driver, group).start(first);
      await until(() => first.current?.length === 2);
      first.hesitate();
      const stopping = memberOf(driver, group);
      stopping.start(second);
      await until(() => first.told.includes('rebalancing'));
      await stopping.stop();
      first.letGo();
      await until(() => first.assignments.length === 2);
      equal(first.current, [0, 1]);
      equal(second.told, []);
    }),
  ]),
];
