import type { Logger } from '@ouzel/streams';

/** Where a command writes: results, and what goes wrong. Each text ends with a line break. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Takes the output of a command, and asks the person who called it, if there is one. */
export interface Console extends Output {
  /** Asks the person who called, and resolves to the line that they typed. Undefined where nobody can be asked. */
  readonly ask?: (question: string) => Promise<string>;
  /** Whether `err` is a terminal: progress is shown there, and `--watch` draws over what it has drawn before. */
  readonly isTerminal?: boolean;
  /** Colours a text. Default: it stays as it is. */
  readonly style?: (style: 'bold' | 'red' | 'yellow', text: string) => string;
  /** Lines that are piped in. Default: none. */
  readonly lines?: AsyncIterable<string>;
  /** Ends commands that go on until they are told to end. */
  readonly signal?: AbortSignal;
}

/** Standard output is for results: what a client has to say goes to the other one. */
export function loggerTo({ err }: Output): Logger {
  const write = (message: string) => err(`${message}\n`);
  return { debug() {}, info() {}, warn: write, error: write };
}

/** Returns the text as a console colours it. */
export function styled(console: Console, style: 'bold' | 'red' | 'yellow', text: string): string {
  return console.style?.(style, text) ?? text;
}
