import { handled, OuzelError, promised, ValidationError, type ValidationIssue } from '@ouzel/core';

/** The interface that validation libraries have in common (standardschema.dev, version 1). */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): unknown;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

/** An issue as a library reports it. */
interface ReportedIssue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

/** More texts and numbers than this in a value are not looked for in messages. */
const maxLeaves = 1_000;
const withheld = 'the message is left out, because the value is too large to be taken out of it';

/**
 * Returns what the schema makes of a value. Throws ValidationError with all issues when the value does not fit, and
 * OUZEL_SCHEMA_ASYNC when the schema returns a promise.
 */
export function validated<T>(schema: StandardSchema<T>, value: unknown): T {
  const { vendor } = schema['~standard'];
  const returned = schema['~standard'].validate(value);
  const promise = promised(returned);
  if (promise !== undefined) {
    handled(promise);
    throw new OuzelError('OUZEL_SCHEMA_ASYNC', {
      what: `the schema of ${vendor} validates asynchronously`,
      help: 'Use a schema without asynchronous checks. Check what needs I/O behind the source: in asyncMapValues, or in a pipe.',
    });
  }
  const result = returned as { readonly value?: T; readonly issues?: readonly ReportedIssue[] };
  if (result.issues === undefined) return result.value as T;
  const issues = issuesOf(result.issues, value);
  const paths = [...new Set(issues.map(({ path }) => path || '(all)'))];
  throw new ValidationError({ what: `the value does not fit its schema at ${paths.slice(0, 5).join(', ')}` }, issues);
}

function issuesOf(reported: readonly ReportedIssue[], value: unknown): readonly ValidationIssue[] {
  const leaves = leavesOf(value);
  return reported.map(({ path = [], message }) => ({
    path: path.map((part) => String((part as { key?: unknown } | null)?.key ?? part)).join('.'),
    message: leaves === undefined ? withheld : withoutLeaves(String(message), leaves),
  }));
}

/**
 * Returns the texts and numbers in a value, longest first: libraries put what they have found into their messages. Undefined
 * where there are too many.
 */
function leavesOf(value: unknown): readonly string[] | undefined {
  const found = new Set<string>();
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined || open.length > 0; next = open.pop()) {
    if (typeof next === 'object' && next !== null) open.push(...(Object.values(next) as unknown[]));
    else if (typeof next === 'string' || typeof next === 'number') found.add(String(next)).add(JSON.stringify(next));
    if (found.size > maxLeaves) return undefined;
  }
  found.delete('');
  return [...found].sort((a, b) => b.length - a.length);
}

/** Returns the message with `…` in place of each leaf that stands there as a whole word. */
function withoutLeaves(message: string, leaves: readonly string[]): string {
  let left = message;
  for (const leaf of leaves) left = left.replace(wholeWord(leaf), '…');
  return left;
}

function wholeWord(text: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_])${text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}_])`, 'gu');
}
