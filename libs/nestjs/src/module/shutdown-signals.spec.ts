import { jest } from '@jest/globals';
import { ShutdownSignals } from './shutdown-signals.js';

describe('shutdown signals', () => {
  const others: (() => void)[] = [];
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  afterEach(() => {
    for (const stop of others.splice(0)) stop();
    kill.mockClear();
  });
  const listen = (signal: NodeJS.Signals, listener: () => void) => {
    process.on(signal, listener);
    others.push(() => process.removeListener(signal, listener));
  };

  it('begin the drain before those who listened earlier, and leave the end of the process to them', async () => {
    const order: string[] = [];
    listen('SIGTERM', () => order.push('nest'));
    const signals = new ShutdownSignals(async () => void order.push('drain'));
    signals.listen();
    process.emit('SIGTERM', 'SIGTERM');
    process.emit('SIGTERM', 'SIGTERM');
    await Promise.resolve();
    expect(order).toEqual(['drain', 'nest', 'nest']);
    expect(kill).not.toHaveBeenCalled();
  });

  it('end the process after the drain when nobody else would', async () => {
    const before = process.listeners('SIGTERM');
    process.removeAllListeners('SIGTERM');
    others.push(() => before.forEach((listener) => process.on('SIGTERM', listener)));
    let drained = false;
    const signals = new ShutdownSignals(async () => void (drained = true));
    signals.listen();
    process.emit('SIGTERM', 'SIGTERM');
    await new Promise((resolve) => setImmediate(resolve));
    expect(drained).toBe(true);
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTERM');
  });

  it('listen no more once told to', () => {
    const counts = () => [process.listenerCount('SIGTERM'), process.listenerCount('SIGINT')];
    const before = counts();
    const signals = new ShutdownSignals(async () => {});
    signals.listen();
    expect(counts()).toEqual(before.map((count) => count + 1));
    signals.ignore();
    expect(counts()).toEqual(before);
  });
});
