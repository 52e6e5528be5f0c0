import { resolveKafkaConfig } from '@ouzel/kafka';
import type { Assignment, DriverError, GroupListener, GroupMember, KafkaDriver, MemberSubscription, TopicPartition } from '@ouzel/kafka';
import { runKafkaTool } from '../../scripts/kafka-cluster.mjs';
import { systemClock, systemRandom } from '@ouzel/core';
import { Cluster } from '../../libs/kafka/src/kafkajs/connection/cluster.js';
import { Coordinator } from '../../libs/kafka/src/kafkajs/connection/coordinator.js';
import { leaveGroup } from '../../libs/kafka/src/protocol/membership.js';
import { connectedDriver, eventually, fresh, sharedBrokers } from './real-kafka.js';
import { newTopic } from './records.js';

const partitions = 4;

/** Assigns partitions evenly, and moves none before its owner has given it up. */
class Cooperative implements GroupListener {
  readonly log: string[] = [];
  owned: readonly TopicPartition[] = [];
  settled = false;

  constructor(
    readonly name: string,
    private readonly topic: string,
  ) {}

  subscription() {
    this.settled = false;
    return { topics: [this.topic], owned: this.owned, userData: Buffer.from(this.name) };
  }

  async assign(members: readonly MemberSubscription[]): Promise<ReadonlyMap<string, Assignment>> {
    const sorted = members.toSorted((a, b) => a.userData.compare(b.userData));
    const ownerOf = (partition: number) => sorted.find(({ owned }) => owned.some((place) => place.partition === partition));
    return new Map(
      sorted.map((member, i) => {
        const wanted = Array.from({ length: partitions }, (_, partition) => partition).filter(
          (partition) => partition % sorted.length === i,
        );
        const free = wanted.filter((partition) => [undefined, member].includes(ownerOf(partition)));
        return [
          member.memberId,
          {
            partitions: free.map((partition) => ({ topic: this.topic, partition })),
            userData: Buffer.from(`for ${member.userData.toString()}`),
          },
        ];
      }),
    );
  }

  async assigned(assignment: Assignment, generation: number): Promise<'stay' | 'rejoin'> {
    const now = assignment.partitions.map(({ partition }) => partition);
    const gaveUp = this.owned.some(({ partition }) => !now.includes(partition));
    this.owned = assignment.partitions;
    this.log.push(`generation ${generation}: ${now.join(',')} ${assignment.userData.toString()}`);
    this.settled = !gaveUp;
    return gaveUp ? 'rejoin' : 'stay';
  }

  rebalancing(): void {
    this.log.push('rebalancing');
  }

  async lost(reason: DriverError): Promise<void> {
    this.owned = [];
    this.log.push(`lost: ${reason.kafkaCode}`);
  }

  failed(error: DriverError): void {
    this.log.push(`failed: ${error.kafkaCode}`);
  }

  owns(...wanted: number[]): true | undefined {
    const owned = this.owned.map(({ partition }) => partition).toSorted();
    return this.settled && owned.join() === wanted.join() ? true : undefined;
  }
}

/** Removes a member from its group, as an administrator may. */
async function evict(group: string, memberId: string): Promise<void> {
  const cluster = new Cluster(
    resolveKafkaConfig({ brokers: sharedBrokers() }),
    'administrator',
    { clock: systemClock, random: systemRandom },
    undefined,
  );
  await new Coordinator(cluster, 'group', group).prompt(leaveGroup, { group, memberId, instanceId: null, reason: 'evicted' });
  await cluster.close();
}

async function stateOf(group: string): Promise<string> {
  const args = ['--bootstrap-server', sharedBrokers()[0]!, '--describe', '--state', '--group', group];
  return (await runKafkaTool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', args)).stdout;
}

describe('a member on a real Kafka', () => {
  let driver: KafkaDriver;
  let topic: string;
  let group: string;
  const warnings: string[] = [];

  beforeAll(async () => {
    driver = await connectedDriver(sharedBrokers(), { warnings });
  });
  afterAll(() => driver.close());
  beforeEach(async () => {
    topic = fresh('members');
    group = fresh('group');
    await newTopic(driver, topic, partitions);
  });

  const member = (instanceId?: string, sessionTimeoutMs = 6_000): GroupMember =>
    driver.createMember({ group, instanceId, sessionTimeoutMs, heartbeatIntervalMs: 200, rebalanceTimeoutMs: 10_000, protocol: 'ouzel' });
  const commit = (offset: number) => [{ topic, partition: 0, offset, metadata: '' }];
  const committed = async () => (await driver.admin.committedOffsets(group, [{ topic, partition: 0 }]))[0]!.offset;

  it('keeps its partitions while others join and leave', async () => {
    const [a, b] = [new Cooperative('a', topic), new Cooperative('b', topic)];
    const [first, second] = [member(), member()];
    expect(first.identity).toBeUndefined();
    first.start(a);
    await eventually(() => a.owns(0, 1, 2, 3));
    expect(first.identity).toMatchObject({ group, generation: 1 });

    second.start(b);
    await eventually(() => a.owns(0, 2) && b.owns(1, 3));
    expect(a.log).toEqual([
      'generation 1: 0,1,2,3 for a',
      'rebalancing',
      'generation 2: 0,2 for a',
      'rebalancing',
      'generation 3: 0,2 for a',
    ]);
    expect(b.log).toEqual(['generation 2:  for b', 'rebalancing', 'generation 3: 1,3 for b']);

    await second.stop();
    await eventually(() => a.owns(0, 1, 2, 3));
    expect(second.identity).toBeUndefined();
    await first.stop();
  });

  it('joins again when it asks for a rebalance', async () => {
    const a = new Cooperative('a', topic);
    const only = member();
    only.start(a);
    await eventually(() => a.owns(0, 1, 2, 3));
    only.rejoin('for the sake of it');
    await eventually(() => (only.identity?.generation === 2 && a.settled ? true : undefined));
    expect(a.log).toEqual(['generation 1: 0,1,2,3 for a', 'rebalancing', 'generation 2: 0,1,2,3 for a']);
    await only.stop();
  });

  it('commits during a rebalance, and no longer after it has stopped', async () => {
    const [a, b] = [new Cooperative('a', topic), new Cooperative('b', topic)];
    const [first, second] = [member(), member()];
    await expect(first.commit(commit(1))).rejects.toMatchObject({ kind: 'rejoin' });
    first.start(a);
    await eventually(() => a.owns(0, 1, 2, 3));
    second.start(b);
    for (let offset = 1; a.owns(0, 2) === undefined || b.owns(1, 3) === undefined; offset++) {
      await first.commit(commit(offset));
      expect(await committed()).toBe(offset);
    }
    await second.stop();
    await first.stop();
    await expect(first.commit(commit(1_000))).rejects.toMatchObject({ kind: 'closed' });
  });

  it('learns that its membership is lost, can not commit, and joins anew', async () => {
    const a = new Cooperative('a', topic);
    const only = member();
    only.start(a);
    await eventually(() => a.owns(0, 1, 2, 3));
    const { memberId } = only.identity!;
    await evict(group, memberId);
    await eventually(() => (a.log.includes('lost: 25') && a.settled ? true : undefined));
    expect(only.identity!.memberId).not.toBe(memberId);
    await only.stop();
  });

  it('comes back to its partitions without a rebalance when it has a group instance id', async () => {
    const [a, b, again] = [new Cooperative('a', topic), new Cooperative('b', topic), new Cooperative('b', topic)];
    const [first, second] = [member('one'), member('two')];
    first.start(a);
    await eventually(() => a.owns(0, 1, 2, 3));
    second.start(b);
    await eventually(() => a.owns(0, 2) && b.owns(1, 3));
    await second.stop();
    const returned = member('two');
    returned.start(again);
    await eventually(() => again.owns(1, 3));
    expect(again.log).toEqual(['generation 3: 1,3 for b']);
    expect(first.identity?.generation).toBe(3);
    await Promise.all([first.stop({ membership: 'leave' }), returned.stop({ membership: 'leave' })]);
  });

  it('fails and does not come back when another member takes its group instance id', async () => {
    const [a, b] = [new Cooperative('a', topic), new Cooperative('b', topic)];
    const first = member('one');
    first.start(a);
    await eventually(() => a.owns(0, 1, 2, 3));
    const second = member('one');
    second.start(b);
    await eventually(() => (a.log.includes('failed: 82') ? true : undefined));
    await eventually(() => b.owns(0, 1, 2, 3));
    await second.stop({ membership: 'leave' });
  });

  it('waits until a consumer of another protocol has left, and warns meanwhile', async () => {
    const args = ['--bootstrap-server', sharedBrokers()[0]!, '--topic', topic, '--group', group, '--timeout-ms', '8000'];
    const foreign = runKafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', args);
    await eventually(async () => ((await stateOf(group)).includes('Stable') ? true : undefined));
    const a = new Cooperative('a', topic);
    const only = member(undefined, 30_000);
    only.start(a);
    await foreign;
    await eventually(() => a.owns(0, 1, 2, 3));
    expect(warnings).toEqual([expect.stringContaining(`group ${group} still has a member of another protocol`)]);
    await only.stop();
  }, 60_000);
});
