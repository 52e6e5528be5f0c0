import { Listeners } from './listeners.js';

/** Where a client writes what a person should know. Lines never hold keys, values or secrets. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string, error?: Error): void;
}

/** Writes nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Writes warnings and errors to the error stream and the rest to standard output; it leaves debug lines out. */
export const consoleLogger: Logger = {
  debug() {},
  info: (message) => console.log(message),
  warn: (message) => console.warn(message),
  error: (message, error) => console.error(message, ...(error === undefined ? [] : [error])),
};

/** Returns a logger that writes to another one and never throws: a logger that fails must not break what it reports. */
export function safeLogger(logger: Logger): Logger {
  const safe = <Args extends readonly unknown[]>(write: (...args: Args) => unknown) => {
    const listeners = new Listeners<Args>(() => {});
    listeners.add(write);
    return (...args: Args) => listeners.notify(...args);
  };
  return {
    debug: safe((message: string) => logger.debug(message)),
    info: safe((message: string) => logger.info(message)),
    warn: safe((message: string) => logger.warn(message)),
    error: safe((message: string, error?: Error) => logger.error(message, error)),
  };
}
