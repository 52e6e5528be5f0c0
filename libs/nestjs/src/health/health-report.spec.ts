import type { HealthSnapshot } from './ouzel-health.js';
import { healthReport } from './health-report.js';

const up = { isUp: true, reason: null };

function snapshot(name: string, ready: HealthSnapshot['ready']): HealthSnapshot {
  const restore = { restored: 400, total: 1_000, remaining: ready.isUp ? 0 : 600, lastProgressAt: null };
  const stores = [
    { name: 'totals', restored: 400, total: 1_000, remaining: 600, ratio: 0.4 },
    { name: 'spend', restored: 10, total: 10, remaining: 0, ratio: 1 },
  ];
  return {
    name,
    startup: up,
    live: up,
    ready,
    status: {
      applicationId: name,
      state: ready.isUp ? 'RUNNING' : 'REBALANCING',
      stateSince: 0,
      isPaused: false,
      memberId: 'm',
      generation: 1,
      connectivity: { connected: true, failure: null },
      tasks: [{ id: '0_0', state: 'RESTORING', partitions: [], stores, buffered: 0, streamTime: 0, userCode: null }],
      standbys: [],
      restore,
      patternsWithoutTopic: [],
      unprocessed: [],
      hanging: [],
      sinceLoopTurn: 0,
      maxPollInterval: 1,
      failure: null,
    },
  };
}

describe('the health report', () => {
  it('has the shape of terminus', () => {
    const entry = { status: 'up', state: 'RUNNING', connected: true, tasks: 1 };
    expect(healthReport([snapshot('payments', up)], 'ready')).toEqual({
      status: 'ok',
      info: { payments: entry },
      error: {},
      details: { payments: entry },
    });
  });

  it('tells which stores are being restored, and how far they are', () => {
    const report = healthReport([snapshot('payments', { isUp: false, reason: 'restoring' })], 'ready');
    expect(report.status).toBe('error');
    expect(report.error.payments).toEqual({
      status: 'down',
      reason: 'restoring',
      state: 'REBALANCING',
      connected: true,
      tasks: 1,
      restore: {
        restored: 400,
        total: 1_000,
        remaining: 600,
        stores: [{ task: '0_0', name: 'totals', restored: 400, total: 1_000, remaining: 600, ratio: 0.4 }],
      },
    });
  });

  it('tells how many standby tasks there are, and how far each copy is behind', () => {
    const one = snapshot('payments', up);
    const copy = (id: string, isWarmUp: boolean, lag: number) => ({
      id,
      state: 'RUNNING' as const,
      isWarmUp,
      lag,
      stores: [{ name: 'totals', position: 10, end: 10 + lag, lag }],
    });
    const opening = { id: '0_3', state: 'CREATED' as const, isWarmUp: false, lag: null, stores: [] };
    const standbysOf = (standbys: NonNullable<HealthSnapshot['status']>['standbys']) =>
      healthReport([{ ...one, status: { ...one.status!, standbys } }], 'ready').info.payments!['standbys'];
    const stores = [{ task: '0_2', name: 'totals', lag: 7 }];
    expect(standbysOf([copy('0_1', false, 0), copy('0_2', true, 7)])).toEqual({ tasks: 2, warmUps: 1, lag: 7, stores });
    expect(standbysOf([copy('0_1', false, 0)])).toEqual({ tasks: 1, warmUps: 0, lag: 0 });
    expect(standbysOf([copy('0_2', true, 7), opening])).toEqual({ tasks: 2, warmUps: 1, lag: null, stores });
  });

  it('is down when one of several applications is', () => {
    const report = healthReport([snapshot('payments', up), snapshot('audit', { isUp: false, reason: 'closed' })], 'ready');
    expect([report.status, Object.keys(report.info), Object.keys(report.error)]).toEqual(['error', ['payments'], ['audit']]);
  });

  it('knows an application whose topology is not assembled', () => {
    const early: HealthSnapshot = {
      name: 'default',
      status: null,
      startup: up,
      live: up,
      ready: { isUp: false, reason: 'the topology is not assembled yet' },
    };
    expect(healthReport([early], 'ready').error).toEqual({
      default: { status: 'down', reason: 'the topology is not assembled yet', state: 'CREATED' },
    });
  });
});
