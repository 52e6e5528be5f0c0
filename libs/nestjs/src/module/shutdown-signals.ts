const signals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Calls `drain` at the first SIGTERM or SIGINT, before Nest begins with its hooks. When no one else listens to the
 * signal, the process ends once the drain is over, as it would without this listener.
 */
export class ShutdownSignals {
  private readonly listener = (signal: NodeJS.Signals): void => {
    this.ignore();
    void this.drain().finally(() => {
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  };

  constructor(private readonly drain: () => Promise<void>) {}

  listen(): void {
    for (const signal of signals) process.prependListener(signal, this.listener);
  }

  ignore(): void {
    for (const signal of signals) process.removeListener(signal, this.listener);
  }
}
