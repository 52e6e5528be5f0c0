import type { Fault } from '../errors/index.js';

/**
 * A place in a configuration, such as `producer.linger`. Faults that are found there are collected for all places
 * together.
 */
export class Place {
  constructor(
    private readonly faults: Fault[],
    readonly path = '',
  ) {}

  /** Returns the place of a key below this one. */
  at(key: string): Place {
    return new Place(this.faults, this.path === '' ? key : `${this.path}.${key}`);
  }

  /** Adds a fault. `what` follows the place: "must be true or false". Never pass a value that may be a secret. */
  report(what: string, help?: string): undefined {
    this.faults.push(this.path === '' ? { what, help } : { where: this.path, what, help });
  }
}

/**
 * Reads one value of a configuration. `In` is what a user may write, `Out` is what the engine uses: a duration is
 * written as '10s' and used as 10,000.
 */
export interface Reader<In, Out> {
  /** The form of a value. It completes the sentence "must be …", in faults and in the documentation. */
  readonly form: string;
  /** Returns the value in the form that the engine uses, or reports a fault and returns undefined. */
  readonly read: (value: unknown, place: Place) => Out | undefined;
  /** Returns the value as a person would write it, for the documentation. */
  show(value: Out): string;
  /** The settings below this value, where it is an object of settings. */
  readonly nested?: Settings;
  /** Carries the type of what a user may write. There is no such function at run time. */
  readonly accepts?: (value: In) => void;
}

/**
 * One setting: how its value is read, what holds when it is left out, and its names in Kafka. A configuration is a
 * table of these; the types of what a user writes (`ConfigOf`) and of what the engine reads (`Resolved`) follow from
 * the table, the doc comment of each row included.
 */
export interface Setting<In, Out> {
  readonly reader: Reader<In, Out>;
  readonly fallback: Out | undefined;
  /** Dotted names that stand for this setting in Java's properties. */
  readonly kafkaNames: readonly string[];
  readonly isRequired: boolean;
}
export interface RequiredSetting<In, Out> extends Setting<In, Out> {
  readonly isRequired: true;
}

/** Settings by their keys. */
export type Settings = Readonly<Record<string, Setting<never, unknown>>>;

/** Makes a reader of a function that returns undefined for a value that has not the right form. */
export function reader<In, Out = In>(
  form: string,
  parse: (value: unknown) => Out | undefined,
  show: (value: Out) => string = (value) => JSON.stringify(value),
): Reader<In, Out> {
  return { form, show, read: (value, place) => parse(value) ?? place.report(`must be ${form}`) };
}
