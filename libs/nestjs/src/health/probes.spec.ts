import type { ApplicationStatus } from '@ouzel/streams';
import { probesOf } from './probes.js';

const minute = 60_000;
const now = 1_000 * minute;

function status(changes: Partial<ApplicationStatus> = {}): ApplicationStatus {
  return {
    applicationId: 'payments',
    state: 'RUNNING',
    stateSince: now,
    isPaused: false,
    memberId: 'm',
    generation: 1,
    connectivity: { connected: true, failure: null },
    tasks: [{ id: '0_0', state: 'RUNNING', partitions: [], stores: [], buffered: 0, streamTime: 0, userCode: null }],
    standbys: [],
    restore: { restored: 0, total: 0, remaining: 0, lastProgressAt: null },
    patternsWithoutTopic: [],
    unprocessed: [],
    hanging: [],
    sinceLoopTurn: 0,
    maxPollInterval: 5 * minute,
    failure: null,
    ...changes,
  };
}
const judge = (changes: Partial<ApplicationStatus>) => {
  const { startup, live, ready } = probesOf(status(changes), { now, stallTimeout: 5 * minute });
  return { startup: startup.isUp, live: live.isUp, ready: ready.isUp, why: ready.reason };
};
const disconnected = { connected: false, failure: 'connection refused' };

describe('probes', () => {
  it('are up while the client runs', () => {
    expect(judge({})).toEqual({ startup: true, live: true, ready: true, why: null });
  });

  it('are up for an instance that has nothing to do, as there are more instances than partitions', () => {
    expect(judge({ tasks: [] })).toEqual({ startup: true, live: true, ready: true, why: null });
  });

  it('take no traffic while the application waits for its first topic, and name what it waits for', () => {
    const waiting = { state: 'REBALANCING', tasks: [], patternsWithoutTopic: ['/^meter-/'] } as const;
    expect(judge(waiting)).toEqual({ startup: true, live: true, ready: false, why: 'waiting for a topic that matches /^meter-/' });
  });

  it('stay up, and name them, when inputs are processed by no instance: a rollout must be able to go on', () => {
    const unprocessed = [{ topic: 'order', partitions: [1, 3], reason: 'versions differ' }];
    expect(judge({ unprocessed })).toEqual({
      startup: true,
      live: true,
      ready: true,
      why: 'no instance processes order [1, 3]: versions differ',
    });
  });

  it('take no traffic before the start', () => {
    expect(judge({ state: 'CREATED', generation: null })).toEqual({ startup: false, live: true, ready: false, why: 'not started' });
  });

  it('keep an instance alive that can not reach Kafka, and say why it is not ready', () => {
    const connecting = { state: 'REBALANCING', generation: null, connectivity: disconnected } as const;
    expect(judge(connecting)).toEqual({ startup: false, live: true, ready: false, why: 'Kafka does not respond: connection refused' });
    expect(judge({ ...connecting, stateSince: now - minute }).startup).toBe(true);
    expect(judge({ connectivity: disconnected })).toEqual({
      startup: true,
      live: true,
      ready: false,
      why: 'Kafka does not respond: connection refused',
    });
  });

  it('report the progress of a restore', () => {
    const restoring = { state: 'REBALANCING', restore: { restored: 400, total: 1_000, remaining: 600, lastProgressAt: now } } as const;
    expect(judge(restoring)).toEqual({ startup: true, live: true, ready: false, why: 'restoring: 40 % of 1000, 600 left' });
  });

  it('ask for a restart when a restore stands still while Kafka answers, and not when Kafka is down', () => {
    const stalled = {
      state: 'REBALANCING',
      restore: { restored: 400, total: 1_000, remaining: 600, lastProgressAt: now - 6 * minute },
    } as const;
    expect(judge(stalled)).toMatchObject({ live: false, ready: false, why: 'the restore stands still for 360 s' });
    expect(judge({ ...stalled, connectivity: disconnected })).toMatchObject({ live: true, ready: false });
  });

  it('ask for a restart when the loop is blocked', () => {
    expect(judge({ sinceLoopTurn: 6 * minute })).toMatchObject({ live: false, ready: false, why: 'the loop made no turn for 360 s' });
  });

  it('ask for a restart when user code does not come back, and say on each which', () => {
    const place = { topic: 'in', partition: 0, offset: 5, since: now };
    const description = 'Enrich.process of enrich (task 0_0) is at work with in-0@5 since 2026-01-01T00:00:00.000Z (301 s)';
    const hanging = [{ task: '0_0', node: 'enrich', call: 'Enrich.process', ...place, description }];
    const { live, ready } = probesOf(status({ hanging, state: 'REBALANCING', generation: null, tasks: [] }), {
      now,
      stallTimeout: 5 * minute,
    });
    expect([live, ready]).toEqual([
      { isUp: false, reason: description },
      { isUp: false, reason: description },
    ]);
  });

  it('ask for a restart after an error', () => {
    expect(judge({ state: 'ERROR', failure: new Error('topic "payment" does not exist') })).toEqual({
      startup: false,
      live: false,
      ready: false,
      why: 'topic "payment" does not exist',
    });
  });

  it('take no traffic while closing, without being killed for it', () => {
    expect(judge({ state: 'PENDING_SHUTDOWN' })).toMatchObject({ live: true, ready: false, why: 'closing' });
  });

  it('wait for a rebalance', () => {
    expect(judge({ state: 'REBALANCING', tasks: [], generation: null }).why).toBe('joining the group');
    expect(judge({ state: 'REBALANCING' }).why).toBe('tasks are being shared out');
  });
});
