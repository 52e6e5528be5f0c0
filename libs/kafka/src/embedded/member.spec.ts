import { ManualClock } from '@ouzel/core';
import { Sharing } from '../conformance/sharing.js';
import { embedded, type EmbeddedDriver } from './index.js';

const sessionMs = 10_000;

describe('members on one clock', () => {
  const scene = () => {
    const clock = new ManualClock(1_000_000);
    const kafka = embedded({ clock });
    const join = (data: string, listener = new Sharing('t', 4, data)) => {
      const driver = kafka.createDriver({ clientId: data });
      const member = driver.createMember({
        group: 'g',
        instanceId: undefined,
        sessionTimeoutMs: sessionMs,
        heartbeatIntervalMs: 1_000,
        rebalanceTimeoutMs: 60_000,
        protocol: 'ouzel',
      });
      member.start(listener);
      return { driver, member, listener };
    };
    /** Lets a second pass, and everyone react, this often. */
    const seconds = async (count: number) => {
      for (let i = 0; i < count; i++) {
        clock.advance(1_000);
        for (let turn = 0; turn < 5; turn++) await clock.turn();
      }
    };
    return { join, seconds };
  };
  const crash = (driver: EmbeddedDriver) => driver.crash();

  it('get what a member had that crashed, when its session ends and not before', async () => {
    const { join, seconds } = scene();
    const first = join('a');
    const second = join('b');
    await seconds(3);
    expect([first.listener.current, second.listener.current]).toEqual([
      [0, 2],
      [1, 3],
    ]);
    crash(second.driver);
    await seconds(8);
    expect(first.listener.current).toEqual([0, 2]);
    await seconds(4);
    expect(first.listener.current).toEqual([0, 1, 2, 3]);
    expect(second.listener.told).not.toContain('lost: rejoin');
  });

  it('stop for good when the listener fails', async () => {
    const { join, seconds } = scene();
    const listener = new Sharing('t', 4, 'a');
    listener.assigned = () => Promise.reject(new Error('no room'));
    const { member } = join('a', listener);
    await seconds(1);
    expect(listener.error).toMatchObject({ kind: 'fatal', what: 'no room' });
    expect(member.identity).toBeUndefined();
  });

  it('wait with a commit until a rebalance has its assignment', async () => {
    const { join, seconds } = scene();
    const first = join('a');
    await seconds(1);
    const offsets = [{ topic: 't', partition: 0, offset: 5, metadata: '' }];
    let release = () => {};
    const assign = first.listener.assign.bind(first.listener);
    first.listener.assign = async (members) => {
      await new Promise<void>((resolve) => (release = resolve));
      return assign(members);
    };
    join('b');
    await seconds(2);
    let committed = false;
    const committing = first.member.commit(offsets).then(() => (committed = true));
    await seconds(2);
    expect(committed).toBe(false);
    release();
    await committing;
    expect(await first.driver.admin.committedOffsets('g', offsets)).toMatchObject([{ offset: 5 }]);
  });
});
