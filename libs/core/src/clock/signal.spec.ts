import { ManualClock } from './manual-clock.js';
import { Signal } from './signal.js';

describe('Signal', () => {
  const ended = async (wait: Promise<void>) => {
    let isOver = false;
    void wait.then(() => (isOver = true));
    await Promise.resolve();
    await Promise.resolve();
    return isOver;
  };

  it('ends all waits that are under way', async () => {
    const signal = new Signal(new ManualClock(0));
    const waits = [signal.wait(), signal.wait(10)];
    expect(await Promise.all(waits.map(ended))).toEqual([false, false]);
    expect(signal.isAwaited).toBe(true);
    signal.wake();
    expect(await Promise.all(waits.map(ended))).toEqual([true, true]);
    expect(signal.isAwaited).toBe(false);
  });

  it('ends a wait when its time is over, and no other', async () => {
    const clock = new ManualClock(0);
    const signal = new Signal(clock);
    const short = signal.wait(10);
    const long = signal.wait();
    clock.advance(10);
    expect([await ended(short), await ended(long)]).toEqual([true, false]);
    signal.wake();
    expect(await ended(long)).toBe(true);
  });

  it('does not keep a wake that came before the wait', async () => {
    const signal = new Signal(new ManualClock(0));
    signal.wake();
    expect(await ended(signal.wait())).toBe(false);
  });
});
