import type { inspect as Inspecting, InspectOptions } from 'node:util';
import type { ErrorCode } from './codes.js';

type Inspect = typeof Inspecting;

/** The parts of an error's message. They never hold the key or the value of a record, nor a secret. */
export interface ErrorParts {
  /** The event, in one clause. */
  readonly what: string;
  /** The place: class and member, task, node, or topic-partition@offset. */
  readonly where?: string;
  /** The remedy, in one sentence. */
  readonly help?: string;
  /**
   * Names of the nodes and stores that the error is about, so that a layer above can say which declaration made them.
   */
  readonly nodes?: readonly string[];
  readonly cause?: unknown;
}

/**
 * An error with a code, a place and a remedy. All errors that Ouzel throws on purpose are of this class or of a
 * subclass.
 */
export class OuzelError extends Error {
  readonly code: ErrorCode;
  readonly what: string;
  readonly where: string | undefined;
  readonly help: string | undefined;
  readonly nodes: readonly string[] | undefined;

  constructor(code: ErrorCode, parts: ErrorParts) {
    const where = parts.where === undefined ? '' : ` at ${parts.where}`;
    const help = parts.help === undefined ? '' : `. ${parts.help}`;
    super(`${code}: ${parts.what}${where}${help}`, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = new.target.name;
    this.code = code;
    this.what = parts.what;
    this.where = parts.where;
    this.help = parts.help;
    this.nodes = parts.nodes;
  }

  /** Prints message, stack and cause. Other errors print their fields too, which here are parts of the message. */
  [Symbol.for('nodejs.util.inspect.custom')](depth: number, options: InspectOptions, inspect: Inspect): string {
    const text = this.stack ?? String(this);
    if (this.cause === undefined) return text;
    const cause = depth < 0 ? '[Error]' : inspect(this.cause, { ...options, depth: options.depth == null ? null : options.depth - 1 });
    return `${text} {\n  [cause]: ${cause.replaceAll('\n', '\n  ')}\n}`;
  }
}

/** The topology can not be built. */
export class TopologyError extends OuzelError {}

/** Bytes and value do not fit the serde. */
export class SerdeError extends OuzelError {
  constructor(parts: ErrorParts) {
    super('OUZEL_SERDE', parts);
  }
}

/** One thing that is wrong with a value: where, and what. The message holds no part of the value. */
export interface ValidationIssue {
  /** Names and indexes from the value down, joined by dots. Empty: the value itself. */
  readonly path: string;
  readonly message: string;
}

/** A value does not fit its schema. */
export class ValidationError extends SerdeError {
  constructor(
    parts: ErrorParts,
    readonly issues: readonly ValidationIssue[],
  ) {
    super(parts);
  }
}

/** A state store failed, is damaged, or is locked by another process. */
export class StateError extends OuzelError {}

/** One fault of several. */
export interface Fault extends ErrorParts {
  /** Which serde is missing at the place, so that a layer above can say which declaration would give it. */
  readonly missingSerde?: 'key' | 'value';
}

/** Several faults of one kind, reported together. */
export class FaultsError extends OuzelError {
  constructor(
    code: ErrorCode,
    readonly faults: readonly Fault[],
  ) {
    const lines = faults.map(
      (fault) =>
        `  - ${fault.where === undefined ? '' : `${fault.where}: `}${fault.what}${fault.help === undefined ? '' : `. ${fault.help}`}`,
    );
    super(code, { what: `${faults.length === 1 ? 'one fault' : `${faults.length} faults`}\n${lines.join('\n')}` });
  }
}

/** Returns what happened, without code, place and help, for an error that wraps this one and has its own. */
export function whatOf(error: Error): string {
  return error instanceof OuzelError ? error.what : error.message;
}

/** Returns the advice of an error that is wrapped, followed by the advice of the error that wraps it. */
export function helpWith(error: Error, own: string): string {
  return error instanceof OuzelError && error.help !== undefined ? `${error.help} ${own}` : own;
}

/** Returns what was thrown as an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(textOf(thrown));
}

/** Returns a value as text. An object without a prototype, and one whose `toString` fails, has none of its own. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `a value of type ${typeof value} that has no text`;
  }
}
