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

/**
 * Characters that move the cursor, change the colours or the direction of a terminal, or begin a line. Names and texts
 * in a message may come from others: from a member of the group, from Kafka, from user code.
 */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Returns a message that no text in it can make look like several: control characters are escaped, and further lines are
 * indented.
 */
function oneMessage(text: string): string {
  return text
    .replace(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/\n(?! {2})/g, '\n  ');
}

/**
 * Returns a logger that writes to another one. It never throws: a logger that fails must not break what it reports. Each
 * message begins one line, whatever texts it holds.
 */
export function safeLogger(logger: Logger): Logger {
  const safe = <Args extends readonly unknown[]>(write: (...args: Args) => unknown) => {
    const listeners = new Listeners<Args>(() => {});
    listeners.add(write);
    return (...args: Args) => listeners.notify(...args);
  };
  return {
    debug: safe((message: string) => logger.debug(oneMessage(message))),
    info: safe((message: string) => logger.info(oneMessage(message))),
    warn: safe((message: string) => logger.warn(oneMessage(message))),
    error: safe((message: string, error?: Error) => logger.error(oneMessage(message), error)),
  };
}
