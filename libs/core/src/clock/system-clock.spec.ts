import { jest } from '@jest/globals';
import { abortController } from './abort-controller.js';
import { systemClock } from './system-clock.js';

const day = 86_400_000;

describe('the clock of the machine', () => {
  const warnings: string[] = [];
  const warned = ({ name }: Error) => void warnings.push(name);
  beforeEach(() => {
    process.on('warning', warned);
    jest.useFakeTimers();
  });
  afterEach(async () => {
    jest.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve));
    process.removeListener('warning', warned);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['a second', 1_000],
    ['the longest time that a timer holds', 2 ** 31 - 1],
    ['30 days', 30 * day],
    ['a year', 365 * day],
  ])('calls back after %s and not before', (_time, ms) => {
    let calls = 0;
    systemClock.schedule(ms, () => calls++);
    jest.advanceTimersByTime(ms - 1);
    expect(calls).toBe(0);
    jest.advanceTimersByTime(1);
    expect(calls).toBe(1);
    jest.advanceTimersByTime(ms);
    expect(calls).toBe(1);
  });

  it('forgets what was cancelled, between its steps too', () => {
    let calls = 0;
    const cancel = systemClock.schedule(100 * day, () => calls++);
    jest.advanceTimersByTime(60 * day);
    cancel();
    cancel();
    jest.advanceTimersByTime(60 * day);
    expect(calls).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('never calls back after Infinity, and has no timer for it', () => {
    const cancel = systemClock.schedule(Infinity, () => warnings.push('called'));
    expect(jest.getTimerCount()).toBe(0);
    cancel();
  });

  it('sleeps for 30 days, or until it is woken', async () => {
    const woken: string[] = [];
    const waking = abortController();
    const long = systemClock.sleep(30 * day).then(() => woken.push('long'));
    const endless = systemClock.sleep(Infinity, waking.signal).then(() => woken.push('endless'));
    await jest.advanceTimersByTimeAsync(30 * day - 1);
    expect(woken).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await long;
    waking.abort();
    await endless;
    expect(woken).toEqual(['long', 'endless']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('lets any number of sleepers wait for one signal without a warning', async () => {
    const waking = abortController();
    const sleepers = Array.from({ length: 50 }, () => systemClock.sleep(Infinity, waking.signal));
    waking.abort();
    await Promise.all(sleepers);
  });
});
