const signals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Calls `drain` at the first signal to end, before Nest begins with the hooks of whatever module comes first. When nobody else listens, the process ends once
 * the drain is over, as it would have ended without us.
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
