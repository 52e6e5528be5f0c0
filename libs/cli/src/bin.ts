#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import { keepProcessAlive } from '@ouzel/core';
import { run } from './index.js';

const { stdin, stdout, stderr } = process;

// The first Ctrl-C lets a command that goes on end in order, the second one ends the process.
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
process.once('SIGTERM', () => interrupt.abort());

const ask = (question: string): Promise<string> =>
  new Promise((resolve) => {
    const lines = createInterface({ input: stdin, output: stderr });
    // Ctrl-D gives no line.
    lines.once('close', () => resolve(''));
    lines.question(question, (line) => {
      resolve(line);
      lines.close();
    });
  });

/** Standard input is opened only by a command that reads it. */
const lines: AsyncIterable<string> = { [Symbol.asyncIterator]: () => createInterface({ input: stdin })[Symbol.asyncIterator]() };

const letProcessEnd = keepProcessAlive();
process.exitCode = await run(process.argv.slice(2), {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  signal: interrupt.signal,
  // Plain where standard output is no terminal, and where NO_COLOR is set.
  style: stdout.isTTY === true && !process.env.NO_COLOR ? styleText : (_style, text) => text,
  isTerminal: stderr.isTTY === true,
  ...(stdin.isTTY === true ? stderr.isTTY === true && { ask } : { lines }),
});
letProcessEnd();
