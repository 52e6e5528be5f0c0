import type { RecordedHeader, RecordedInput, RecordedOutput } from './scenario.js';

/** Returns bytes in hex, and as text where they are readable. */
export function bytesText(hex: string | null): string {
  if (hex === null) return 'null';
  const text = Buffer.from(hex, 'hex').toString('utf8');
  const readable = Buffer.from(text, 'utf8').toString('hex') === hex && !/\p{Cc}/u.test(text);
  return readable ? `${hex === '' ? '-' : hex} "${text}"` : hex;
}

/** Returns a written record on one line. */
export function outputText({ key, value, ts, partition, headers = [] }: RecordedOutput): string {
  const parts = [`key ${bytesText(key)}`, `value ${bytesText(value)}`, `ts ${ts}`];
  if (partition !== undefined) parts.push(`partition ${partition}`);
  if (headers.length > 0) parts.push(`headers ${headersText(headers)}`);
  return parts.join(' | ');
}

/** Returns a record that is piped in, on one line. */
export function inputText({ topic, key = null, keyHex, value = null, valueHex, ts, headers = [] }: RecordedInput): string {
  const shown = (text: string | null, hex: string | undefined): string => (hex === undefined ? JSON.stringify(text) : `x'${hex}'`);
  return `${topic}: ${shown(key, keyHex)} = ${shown(value, valueHex)} @${ts}${headers.length > 0 ? ` ${headersText(headers)}` : ''}`;
}

function headersText(headers: readonly RecordedHeader[]): string {
  return `[${headers.map(([name, value]) => `${name}: ${value === '*' ? '*' : bytesText(value)}`).join(', ')}]`;
}
