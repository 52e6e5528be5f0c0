import { equal, matches, suite, test } from '@ouzel/core/conformance';
import { DriverError, type KafkaDriver, type WritePermit } from '../client/index.js';
import { Deliveries, fetcherOf, producerOf, recordFor, takeValues, write } from './clients.js';
import { until, failure } from './waiting.js';
import { Sharing } from './sharing.js';
import type { World } from './world.js';

/** A permit that is given and taken away. */
class Permit implements WritePermit {
  isConfirmed = true;
  asked = 0;
  private answer: () => void = () => {};

  confirm(): Promise<void> {
    this.asked++;
    return this.isConfirmed ? Promise.resolve() : new Promise((resolve) => (this.answer = resolve));
  }
  give(): void {
    this.isConfirmed = true;
    this.answer();
  }
}

const scene = async (world: World) => {
  const driver = await world.driver();
  const permit = new Permit();
  const place = { topic: await world.topic(driver), partition: 0 };
  return { driver, permit, place, producer: producerOf(driver, { permit }) };
};
const valuesIn = async (driver: KafkaDriver, place: { topic: string; partition: number }) => {
  const [end] = await driver.admin.listOffsets([place], 'latest', 'read_uncommitted');
  const fetcher = fetcherOf(driver);
  fetcher.assign(place, 0);
  return takeValues(fetcher, end!.offset);
};

export const permitTests = [
  ...suite<World>('a producer with a permit', [
    test('writes nothing while the permit is not confirmed, and all of it in order when it is', async (world) => {
      const { driver, permit, place, producer } = await scene(world);
      await write(producer, place, ['first']);
      equal(permit.asked, 0);
      permit.isConfirmed = false;
      const deliveries = new Deliveries();
      for (const value of ['second', 'third']) producer.send(recordFor(place, value, { delivery: deliveries }));
      const flushed = producer.flush();
      await until(() => permit.asked === 1);
      equal(await valuesIn(driver, place), ['first']);
      permit.give();
      await flushed;
      equal(deliveries.outcomes, [1, 2]);
      equal(await valuesIn(driver, place), ['first', 'second', 'third']);
    }),

    test('fails what is discarded, and writes what is sent afterwards', async (world) => {
      const { driver, permit, place, producer } = await scene(world);
      await write(producer, place, ['first']);
      permit.isConfirmed = false;
      const deliveries = new Deliveries();
      for (const value of ['second', 'third']) producer.send(recordFor(place, value, { delivery: deliveries }));
      const flushed = producer.flush();
      await until(() => permit.asked > 0);
      producer.discard(new DriverError('rejoin', -1, { what: 'another has gone on' }));
      await flushed;
      equal(deliveries.outcomes, ['rejoin', 'rejoin']);
      permit.give();
      await write(producer, place, ['fourth']);
      equal(await valuesIn(driver, place), ['first', 'fourth']);
    }),
  ]),

  ...suite<World>('a member', [
    test('is confirmed while the group knows it, and not when it was taken out', async (world) => {
      const driver = await world.driver();
      const topic = await world.topic(driver);
      const group = world.name('group');
      const times = { sessionTimeoutMs: 10_000, heartbeatIntervalMs: 3_000, rebalanceTimeoutMs: 30_000 };
      const member = driver.createMember({ group, instanceId: undefined, protocol: 'ouzel', ...times });
      equal(member.isConfirmed, false);
      matches(await failure(member.confirm()), { kind: 'rejoin' });
      const listener = new Sharing(topic, 1);
      member.start(listener);
      await until(() => listener.current !== undefined);
      equal(member.isConfirmed, true);
      await member.confirm();
      await driver.admin.removeMember(group, member.identity!.memberId);
      await until(() => listener.told.includes('lost: rejoin'));
      await until(() => member.isConfirmed);
    }),
  ]),
];
