import { OuzelError, type StreamRecord, type Windowed } from '@ouzel/streams';
import { durationMs } from '@ouzel/streams/testing';

// A test's records on one line:
//
//   timeline = step ( "|" step )*
//   step     = record*  or  "time" duration        the wall clock moves on
//   record   = key "@" time "=" value              time: ms, or with a unit: 30s
//   key, value: "-" is null; text with blanks, "|" or "@" stands in quotation marks as in JSON
//
// Outputs are shown in the same form; a windowed key as key@[start,end).

/** One record of a timeline, still as text. */
export interface TimelineRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly timestamp: number;
}
export type TimelineStep = TimelineRecord | { readonly advanceMs: number };

const quoted = String.raw`"(?:[^"\\]|\\.)*"`;
const token = new RegExp(String.raw`\||(?:${quoted}|[^\s|"])+|"`, 'g');
const record = new RegExp(String.raw`^(${quoted}|[^@"]+)@(\d+(?:ms|s|m|h|d)?)=(${quoted}|[^"]*)$`);

/** Parses a timeline. Throws OUZEL_CONFIG, with the word that can not be read. */
export function parseTimeline(text: string): TimelineStep[] {
  const tokens = text.match(token) ?? [];
  const steps: TimelineStep[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const word = tokens[at]!;
    if (word === '|') continue;
    if (word === 'time') steps.push({ advanceMs: time(tokens[++at] ?? '') });
    else steps.push(parseRecord(word));
  }
  return steps;
}

const places = /(?<=@)\d+(?:ms|s|m|h|d)?(?==)|(?<=@\[|@\[[^=]*,)\d+(?:ms|s|m|h|d)?(?=,|\)=)/g;

/** Returns the records of a timeline that shows outputs, each as `timelineText` writes it. */
export function recordsOf(timeline: string): string[] {
  const words = timeline.match(token) ?? [];
  return words.map((word) => {
    const end = word.indexOf('=', word.startsWith('"') ? word.indexOf('"@') : 0);
    if (end < 0) throw unreadable(word);
    return word.slice(0, end + 1).replace(places, (at) => timeText(time(at))) + word.slice(end + 1);
  });
}

/** Returns records as a timeline. */
export function timelineText(records: Iterable<StreamRecord<unknown, unknown>>): string {
  return [...records].map(({ key, value, timestamp }) => `${placeText(key, timestamp)}=${text(value)}`).join(' ');
}

function parseRecord(word: string): TimelineRecord {
  const parts = record.exec(word);
  if (parts === null) throw unreadable(word);
  const [, key, at, value] = parts;
  return { key: plain(key!), value: plain(value!), timestamp: time(at!) };
}

function plain(part: string): string | null {
  if (part === '-') return null;
  return part.startsWith('"') ? (JSON.parse(part) as string) : part;
}

function time(word: string): number {
  if (!/^\d+(ms|s|m|h|d)?$/.test(word)) throw unreadable(word);
  return durationMs(/\d$/.test(word) ? Number(word) : word, 'timeline');
}

function unreadable(word: string): OuzelError {
  return new OuzelError('OUZEL_CONFIG', {
    what: `"${word}" can not be read`,
    where: 'timeline',
    help: 'Write records as key@time=value, and "time 60" between "|" to move the wall clock.',
  });
}

function placeText(key: unknown, timestamp: number): string {
  if (!isWindowed(key)) return `${text(key)}@${timeText(timestamp)}`;
  const { start, end } = key.window;
  return `${text(key.key)}@[${timeText(start)},${timeText(end)})`;
}

function isWindowed(key: unknown): key is Windowed<unknown> {
  return typeof key === 'object' && key !== null && 'window' in key && 'key' in key;
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'string') return /^-$|^$|[\s|@"]/.test(value) ? JSON.stringify(value) : value;
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** Returns a time in the largest unit that divides it. */
function timeText(ms: number): string {
  const unit = ms === 0 ? undefined : units.find(([, size]) => ms % size === 0);
  return unit === undefined ? String(ms) : `${ms / unit[1]}${unit[0]}`;
}
