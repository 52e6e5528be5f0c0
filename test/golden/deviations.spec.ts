import { Deviations } from './deviations.js';
import type { RecordedOutput, RecordedStep, Scenario } from './scenario.js';

const changelog = 'app-w-changelog';
const config = { 'cleanup.policy': 'compact,delete', 'retention.ms': String(86_400_000 + 15) };

/** Windows of 10 with a grace of 5. `k` is in [0, 10); then stream time advances to 40 in one step. */
const scenario: Scenario = {
  name: 'jump',
  family: 'jump',
  topology: '',
  internalTopics: [{ topic: changelog, kind: 'changelog', subtopology: 0, partitions: null, config }],
  steps: [
    { out: [{ topic: changelog, key: '6b000000000000000000000000', value: '61', ts: 1 }], droppedTotal: 0 },
    { out: [{ topic: changelog, key: '6b000000000000002800000000', value: '62', ts: 40 }], droppedTotal: 0 },
  ],
};
const lost: RecordedOutput = { topic: 'out', key: '6b0000000000000000', value: '61', ts: 1 };

function afterSteps(count: number, of: Scenario = scenario): Deviations {
  const deviations = new Deviations(of);
  for (const step of of.steps!.slice(0, count)) deviations.observe(step);
  return deviations;
}

describe('a record that was not recorded', () => {
  it('is accepted once when it is the final result of a window that its store hides', () => {
    const deviations = afterSteps(2);
    expect(deviations.accepts(lost, 'step 2')).toBe(true);
    expect(deviations.accepts(lost, 'step 2')).toBe(false);
    expect(deviations.accepted).toHaveLength(1);
  });

  it('is refused while the store still shows the window', () => {
    expect(afterSteps(1).accepts(lost, 'step 1')).toBe(false);
  });

  it('is refused with another value, time, key, or as a record of the changelog itself', () => {
    for (const other of [{ value: '62' }, { ts: 2 }, { key: '6b0000000000000028' }, { key: null }, { topic: changelog }]) {
      expect(afterSteps(2).accepts({ ...lost, ...other }, 'step 2')).toBe(false);
    }
  });

  it('is refused when the window was emitted, before or later', () => {
    const emitting: Scenario = { ...scenario, steps: [...scenario.steps!, { out: [lost], droppedTotal: 0 }] };
    expect(afterSteps(2, emitting).accepts(lost, 'step 2')).toBe(false);
  });
});

describe('a step that was recorded to fail', () => {
  const graced: Scenario = { ...scenario, topology: 'Processor: graced (stores: [graced-Buffer, tbl])' };
  const step: RecordedStep = {
    in: { topic: 's', key: null, value: 'v', ts: 6 },
    error: { causes: ['NullPointerException'] },
    out: [],
    droppedTotal: 0,
  };

  it('may succeed when a null key came to a join with grace', () => {
    const deviations = new Deviations(graced);
    expect(deviations.acceptsSuccess(step, 'step 1')).toBe(true);
    expect(deviations.accepted).toHaveLength(1);
  });

  it('must fail when the key is there, the failure is another one, or nothing waits', () => {
    expect(new Deviations(graced).acceptsSuccess({ ...step, in: { ...step.in!, key: 'k' } }, 'step 1')).toBe(false);
    expect(new Deviations(graced).acceptsSuccess({ ...step, error: { causes: ['ClassCastException'] } }, 'step 1')).toBe(false);
    expect(new Deviations(scenario).acceptsSuccess(step, 'step 1')).toBe(false);
  });
});
