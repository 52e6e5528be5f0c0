import { ManualClock } from './manual-clock.js';

describe('ManualClock', () => {
  it('stands still until it is moved', () => {
    const clock = new ManualClock(5);
    expect(clock.now()).toBe(5);
    clock.advance(10);
    expect([clock.now(), clock.monotonic()]).toEqual([15, 15]);
  });

  it('fires timers in the order of their times, each at its own time', () => {
    const clock = new ManualClock(0);
    const fired: [string, number][] = [];
    clock.schedule(30, () => fired.push(['late', clock.now()]));
    clock.schedule(10, () => {
      fired.push(['early', clock.now()]);
      clock.schedule(5, () => fired.push(['again', clock.now()]));
    });
    clock.advance(29);
    expect(fired).toEqual([
      ['early', 10],
      ['again', 15],
    ]);
    clock.advance(1);
    expect(fired.at(-1)).toEqual(['late', 30]);
  });

  it('forgets a timer that was cancelled', () => {
    const clock = new ManualClock(0);
    let fired = 0;
    const cancel = clock.schedule(1, () => fired++);
    cancel();
    cancel();
    clock.advance(10);
    expect(fired).toBe(0);
  });

  it('lets sleepers go on without moving', async () => {
    const clock = new ManualClock(0);
    await clock.sleep(60_000);
    expect(clock.now()).toBe(0);
  });
});
