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
