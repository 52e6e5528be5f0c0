import type { Clock } from '@ouzel/core';
import { Silence } from './silence.js';

/** Time that passes when the test says so. */
class TestClock implements Pick<Clock, 'monotonic' | 'schedule'> {
  private time = 0;
  private timers: { readonly at: number; readonly callback: () => void }[] = [];

  monotonic(): number {
    return this.time;
  }

  schedule(ms: number, callback: () => void): () => void {
    const timer = { at: this.time + ms, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  pass(ms: number): void {
    for (const end = this.time + ms; this.time < end; this.time++) {
      const due = this.timers.filter(({ at }) => at <= this.time);
      this.timers = this.timers.filter((timer) => !due.includes(timer));
      for (const { callback } of due) callback();
    }
  }
}

describe('a cluster that does not answer', () => {
  let clock: TestClock;
  let silence: Silence;
  let noticed: number;

  beforeEach(() => {
    clock = new TestClock();
    noticed = 0;
    // It asks for no more of a clock than this one has.
    silence = new Silence(clock as unknown as Clock, 100, () => noticed++);
  });

  it('is noticed when a request waits longer than the patience, and again after as long', () => {
    silence.asked();
    clock.pass(100);
    expect(noticed).toBe(0);
    clock.pass(2);
    expect(noticed).toBe(1);
    clock.pass(101);
    expect(noticed).toBe(2);
  });

  it('is not one that answers something else meanwhile', () => {
    silence.asked();
    clock.pass(60);
    silence.heard();
    clock.pass(99);
    expect(noticed).toBe(0);
    clock.pass(3);
    expect(noticed).toBe(1);
  });

  it('is not one that is asked nothing, nor one that was asked only now', () => {
    silence.asked();
    silence.over();
    clock.pass(90);
    silence.asked();
    clock.pass(90);
    expect(noticed).toBe(0);
    clock.pass(12);
    expect(noticed).toBe(1);
  });

  it('is not looked for any more after closing', () => {
    silence.asked();
    silence.close();
    clock.pass(500);
    expect(noticed).toBe(0);
  });
});
