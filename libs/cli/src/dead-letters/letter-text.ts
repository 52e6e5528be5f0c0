import type { DeadLetterDetails } from '@ouzel/streams';

/** Returns what a person reads of one dead letter. `payload` is its key and value as text. */
export function letterText(
  topic: string,
  letter: DeadLetterDetails,
  payload: { readonly key: string; readonly value: string } | undefined,
): string {
  const { partition, offset, timestamp, origin, exception, message, stacktrace, headers, keySize, valueSize, replayOf } = letter;
  const size = (bytes: number | null) => (bytes === null ? 'none' : `${bytes} bytes`);
  const lines: [string, string][] = [
    ['place', `${topic}-${partition}@${offset}`],
    ['record', origin === null ? 'not known: a punctuation failed' : `${origin.topic}-${origin.partition}@${origin.offset}`],
    ['time', new Date(timestamp).toISOString()],
    ['error', exception ?? 'not known'],
    ['message', message ?? 'none'],
    ['key', payload?.key ?? size(keySize)],
    ['value', payload?.value ?? size(valueSize)],
    ...replayOf.map((place): [string, string] => ['replay of', place]),
    ...headers.map(({ name, value }): [string, string] => ['header', `${name}=${value ?? 'null'}`]),
  ];
  const text = lines.map(([name, value]) => `${name.padEnd(9)}  ${value}\n`).join('');
  return stacktrace === null ? text : `${text}\n${stacktrace}\n`;
}
