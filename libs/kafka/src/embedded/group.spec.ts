import { ManualClock } from '@ouzel/core';
import { systemRandom } from '@ouzel/core';
import type { Assignment, GroupIdentity } from '../client/index.js';
import { Group } from './group.js';
import type { Joined, JoinRequest } from './group-member-state.js';
import { GroupOffsets } from './group-offsets.js';
import { noJournal } from './journal.js';

const illegalGeneration = 22;
const inconsistentProtocol = 23;
const unknownMember = 25;
const rebalanceInProgress = 27;
const fencedInstance = 82;
const sessionMs = 10_000;
const rebalanceMs = 60_000;

describe('the coordinator of a group', () => {
  let clock: ManualClock;
  let group: Group;

  beforeEach(() => {
    clock = new ManualClock(0);
    group = new Group('g', new GroupOffsets('g', noJournal, clock), clock, systemRandom);
  });

  const request = (parts: Partial<JoinRequest> = {}): JoinRequest => ({
    memberId: '',
    instanceId: undefined,
    clientId: 'client',
    sessionTimeoutMs: sessionMs,
    rebalanceTimeoutMs: rebalanceMs,
    protocol: 'ouzel',
    subscription: { topics: ['t'], owned: [], userData: Buffer.alloc(0) },
    ...parts,
  });
  const changed = { topics: ['t'], owned: [], userData: Buffer.from('changed') };
  const identityOf = ({ memberId, generation }: Joined, instanceId?: string): GroupIdentity => ({
    group: 'g',
    memberId,
    generation,
    instanceId,
  });
  const assignment = (text: string): Assignment => ({ partitions: [], userData: Buffer.from(text) });
  const code = (kafkaCode: number) => expect.objectContaining({ kafkaCode }) as Error;
  /** Whether the promise is settled already. */
  const isAnswered = async (promise: Promise<unknown>) => {
    let answered = false;
    void promise.then(
      () => (answered = true),
      () => (answered = true),
    );
    await clock.turn();
    return answered;
  };
  const stable = async (parts: Partial<JoinRequest> = {}) => {
    const joined = await group.join(request(parts));
    await group.sync(identityOf(joined, parts.instanceId), new Map([[joined.memberId, assignment('mine')]]));
    return joined;
  };
  /** A stable group of a leader and a follower. */
  const pair = async () => {
    const first = await stable();
    const following = group.join(request({ clientId: 'second' }));
    const leader = await group.join(request({ memberId: first.memberId }));
    const follower = await following;
    const syncing = group.sync(identityOf(follower), undefined);
    await group.sync(identityOf(leader), new Map([[follower.memberId, assignment('theirs')]]));
    expect((await syncing).userData.toString()).toBe('theirs');
    return { leader, follower };
  };

  it('parks a join until the others have joined again, and shows all members to the leader only', async () => {
    const first = await stable();
    const second = group.join(request());
    expect(await isAnswered(second)).toBe(false);
    expect(() => group.heartbeat(identityOf(first))).toThrow(code(rebalanceInProgress));
    const again = await group.join(request({ memberId: first.memberId }));
    const joined = await second;
    expect(again).toMatchObject({ generation: 2, leader: first.memberId });
    expect(again.members).toHaveLength(2);
    expect(joined).toMatchObject({ generation: 2, leader: first.memberId, members: [] });
  });

  it('goes on without who does not join again within the rebalance timeout', async () => {
    const first = await stable({ sessionTimeoutMs: 10 * rebalanceMs });
    const second = group.join(request());
    clock.advance(rebalanceMs);
    expect(await second).toMatchObject({ generation: 2, members: [{}] });
    expect(() => group.heartbeat(identityOf(first))).toThrow(code(unknownMember));
  });

  it('parks a sync until the leader brings the assignment', async () => {
    const first = await stable();
    const following = group.join(request());
    const leader = await group.join(request({ memberId: first.memberId }));
    const follower = await following;
    const syncing = group.sync(identityOf(follower), undefined);
    expect(await isAnswered(syncing)).toBe(false);
    await group.sync(identityOf(leader), new Map([[follower.memberId, assignment('theirs')]]));
    expect((await syncing).userData.toString()).toBe('theirs');
  });

  it('drops who joined but does not ask for its assignment', async () => {
    const first = await stable({ sessionTimeoutMs: 10 * rebalanceMs });
    const silent = group.join(request({ sessionTimeoutMs: 10 * rebalanceMs }));
    const again = await group.join(request({ memberId: first.memberId, sessionTimeoutMs: 10 * rebalanceMs }));
    await silent;
    await group.sync(identityOf(again), new Map());
    clock.advance(rebalanceMs);
    expect(() => group.heartbeat(identityOf(again))).toThrow(code(rebalanceInProgress));
    expect(await group.join(request({ memberId: first.memberId }))).toMatchObject({ generation: 3, members: [{}] });
  });

  it('drops a member whose session ends, and rebalances', async () => {
    const { leader, follower } = await pair();
    for (let i = 0; i < 3; i++) {
      clock.advance(sessionMs / 2 - 1);
      if (i < 2) group.heartbeat(identityOf(leader));
    }
    expect(() => group.heartbeat(identityOf(follower))).toThrow(code(unknownMember));
    expect(() => group.heartbeat(identityOf(leader))).toThrow(code(rebalanceInProgress));
  });

  it('does not end the session of a member that waits for others', async () => {
    const first = await stable({ sessionTimeoutMs: 10 * rebalanceMs });
    const waiting = group.join(request());
    clock.advance(3 * sessionMs);
    await group.join(request({ memberId: first.memberId, sessionTimeoutMs: 10 * rebalanceMs }));
    expect(await waiting).toMatchObject({ generation: 2 });
  });

  it('answers a follower that joins again with the same words from the present generation', async () => {
    const { follower } = await pair();
    expect(await group.join(request({ memberId: follower.memberId, clientId: 'second' }))).toMatchObject({
      generation: follower.generation,
    });
  });

  it('rebalances when a follower has something new to say, or when the leader joins again', async () => {
    const { leader, follower } = await pair();
    const changing = group.join(request({ memberId: follower.memberId, subscription: changed }));
    expect(await isAnswered(changing)).toBe(false);
    const again = await group.join(request({ memberId: leader.memberId }));
    expect(again).toMatchObject({ generation: leader.generation + 1 });
    expect(again.members.map(({ userData }) => userData.toString())).toContain('changed');
  });

  it('chooses another leader when the leader leaves', async () => {
    const { leader, follower } = await pair();
    group.leave(leader.memberId, undefined);
    expect(await group.join(request({ memberId: follower.memberId }))).toMatchObject({ leader: follower.memberId });
  });

  it('refuses what belongs to another generation or to nobody', async () => {
    const first = await stable();
    expect(() => group.heartbeat({ ...identityOf(first), generation: 0 })).toThrow(code(illegalGeneration));
    expect(() => group.commit({ ...identityOf(first), generation: 9 }, [])).toThrow(code(illegalGeneration));
    expect(() => group.heartbeat({ ...identityOf(first), memberId: 'nobody' })).toThrow(code(unknownMember));
    expect(() => group.join(request({ memberId: 'nobody' }))).toThrow(code(unknownMember));
    expect(() => group.join(request({ protocol: 'stream' }))).toThrow(code(inconsistentProtocol));
  });

  it('takes commits while members join, but not while their assignment is awaited', async () => {
    const first = await stable();
    const offsets = [{ topic: 't', partition: 0, offset: 3, metadata: '' }];
    void group.join(request());
    group.commit(identityOf(first), offsets);
    const again = await group.join(request({ memberId: first.memberId }));
    expect(() => group.commit(identityOf(again), offsets)).toThrow(code(rebalanceInProgress));
    expect(group.offsets.fetch([{ topic: 't', partition: 0 }])).toMatchObject([{ offset: 3 }]);
  });

  it('takes commits of nobody in particular only while it is empty', async () => {
    const nobody = { group: 'g', generation: -1, memberId: '', instanceId: undefined };
    group.commit(nobody, [{ topic: 't', partition: 0, offset: 3, metadata: '' }]);
    await stable();
    expect(() => group.commit(nobody, [])).toThrow(code(unknownMember));
  });

  it('lets a static member come back, and fences its former self', async () => {
    const first = await stable({ instanceId: 'one' });
    const back = await group.join(request({ instanceId: 'one' }));
    expect(back).toMatchObject({ generation: first.generation, leader: back.memberId, keepsAssignment: true });
    expect((await group.sync(identityOf(back, 'one'), undefined)).userData.toString()).toBe('mine');
    expect(() => group.heartbeat(identityOf(first, 'one'))).toThrow(code(fencedInstance));
  });

  it('keeps a static member through a rebalance that it misses, until its session ends', async () => {
    await stable({ instanceId: 'one', sessionTimeoutMs: 2 * rebalanceMs });
    const second = group.join(request());
    clock.advance(rebalanceMs);
    const joined = await second;
    expect(joined.members).toHaveLength(2);
    await group.sync(identityOf(joined), new Map());
    for (let i = 0; i < 2 * rebalanceMs; i += sessionMs / 2) {
      try {
        group.heartbeat(identityOf(joined));
      } catch {
        break;
      }
      clock.advance(sessionMs / 2);
    }
    expect((await group.join(request({ memberId: joined.memberId }))).members).toHaveLength(1);
  });
});
