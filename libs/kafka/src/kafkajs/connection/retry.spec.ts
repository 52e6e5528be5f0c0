import type { Clock } from '@ouzel/core';
import { DriverError } from '../../client/index.js';
import { atMost, retrying } from './retry.js';

const transient = () => new DriverError('retriable', 14, { what: 'loading' });

describe('a repeated attempt', () => {
  let now: number;
  let pauses: number[];
  let clock: Clock;

  beforeEach(() => {
    now = 0;
    pauses = [];
    clock = {
      now: () => now,
      monotonic: () => now,
      schedule: () => () => {},
      sleep: async (ms) => {
        pauses.push(ms);
        now += ms;
      },
      turn: async () => {},
    };
  });

  const ports = () => ({ clock, random: { next: () => 0.5, uuid: () => '' } });
  const signal = new AbortController().signal;

  it('waits twice as long each time, up to a second', async () => {
    let attempts = 0;
    const answer = await retrying(ports(), { signal }, async () => {
      if (++attempts < 10) throw transient();
      return 'done';
    });
    expect(answer).toBe('done');
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 640, 1_000, 1_000]);
  });

  it('throws the last failure when the time is over', async () => {
    const attempt = () => Promise.reject(transient());
    await expect(retrying(ports(), { signal, timeoutMs: 500 }, attempt)).rejects.toMatchObject({ kafkaCode: 14 });
    expect(now).toBe(630);
  });

  it('is not repeated when that would not help', async () => {
    const attempt = () => Promise.reject(new DriverError('fatal', 29, { what: 'no' }));
    await expect(retrying(ports(), { signal }, attempt)).rejects.toMatchObject({ kafkaCode: 29 });
    expect(pauses).toEqual([]);
  });

  it('ends when it is told to', async () => {
    const closing = new AbortController();
    const attempt = () => {
      closing.abort();
      return Promise.reject(transient());
    };
    await expect(retrying(ports(), { signal: closing.signal }, attempt)).rejects.toMatchObject({ kind: 'closed' });
  });

  it('is waited for no longer than was said', async () => {
    await atMost(ports(), 30, new Promise(() => {}));
    expect(pauses).toEqual([30]);
  });
});
