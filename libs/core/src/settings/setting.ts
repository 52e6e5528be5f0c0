import { nearest, type KnownName } from './nearest.js';
import type { Place, Reader, RequiredSetting, Setting, Settings } from './reader.js';
import { isObject } from './readers.js';

export type InputOf<S> = S extends Setting<infer In, unknown> ? In : never;
export type OutputOf<S> = S extends Setting<never, infer Out> ? Out : never;
export type IsRequired<S> = S extends { readonly isRequired: true } ? true : false;

/** The part of a configuration that must be there. */
export type RequiredOf<T> = { readonly [K in keyof T as IsRequired<T[K]> extends true ? K : never]: InputOf<T[K]> };
/** The part of a configuration that may be left out. */
export type OptionalOf<T> = { readonly [K in keyof T as IsRequired<T[K]> extends true ? never : K]?: InputOf<T[K]> | undefined };

/**
 * A configuration as a user writes it. An empty part would let the compiler accept a number or a text for the whole
 * configuration, so it is left out.
 */
export type ConfigOf<T> = keyof RequiredOf<T> extends never ? OptionalOf<T> : RequiredOf<T> & OptionalOf<T>;

/** A configuration with every value read and every default filled in. */
export type Resolved<T> = { readonly [K in keyof T]: OutputOf<T[K]> };

export function required<In, Out>(reader: Reader<In, Out>, ...kafkaNames: readonly string[]): RequiredSetting<In, Out> {
  return { reader, fallback: undefined, kafkaNames, isRequired: true };
}

export function setting<In, Out>(reader: Reader<In, Out>, fallback: Out, ...kafkaNames: readonly string[]): Setting<In, Out> {
  return { reader, fallback, kafkaNames, isRequired: false };
}

/** A setting without a default: it is undefined when it is left out. */
export function optional<In, Out>(reader: Reader<In, Out>, ...kafkaNames: readonly string[]): Setting<In, Out | undefined> {
  return { reader: reader, fallback: undefined, kafkaNames, isRequired: false };
}

/**
 * A setting that has no effect yet. Its default is accepted, so that a configuration may state it; every other value is
 * refused.
 */
export function reserved<In, Out>(reader: Reader<In, Out>, fallback: Out, ...kafkaNames: readonly string[]): Setting<In, Out> {
  const help = `Leave it out, or at ${reader.show(fallback)}`;
  const read = (value: unknown, place: Place): Out | undefined => {
    const found = reader.read(value, place);
    const isDefault = found === undefined || JSON.stringify(found) === JSON.stringify(fallback);
    return isDefault ? found : place.report(`${typeof found === 'string' ? found : reader.show(found)} is not available yet`, help);
  };
  return {
    reader: { ...reader, form: `${reader.show(fallback)}; other values are not available yet`, read },
    fallback,
    kafkaNames,
    isRequired: false,
  };
}

/** A setting that holds a table of settings. */
export function group<In extends ConfigOf<T>, T extends Settings>(table: T): Setting<In, Resolved<T>> {
  const form = 'an object';
  const read = (value: unknown, place: Place): Resolved<T> | undefined =>
    isObject(value) ? readSettings(table, value, place) : place.report(`must be ${form}`);
  const fallback = readSettings(table, {}, undefined);
  return { reader: { form, read, show: () => '{}', nested: table }, fallback, kafkaNames: [], isRequired: false };
}

/** Reads every setting of the table, and reports what is wrong. The result is of use only when nothing was reported. */
export function readSettings<T extends Settings>(
  table: T,
  given: Readonly<Record<string, unknown>>,
  place: Place | undefined,
): Resolved<T> {
  const names = new Map(Object.entries(table).flatMap(([key, { kafkaNames }]) => [key, ...kafkaNames].map((name) => [name, key] as const)));
  const result: Record<string, unknown> = {};
  for (const [key, { fallback }] of Object.entries(table)) result[key] = fallback;
  const missing = new Set(Object.keys(table).filter((key) => table[key]!.isRequired));
  for (const name of Object.keys(given)) {
    const key = names.get(name);
    try {
      const value = given[name];
      if (value === undefined || (value === null && key !== undefined)) continue;
      if (key === undefined) {
        place?.at(name).report('is not a setting', helpFor(name, table));
        continue;
      }
      missing.delete(key);
      result[key] = table[key]!.reader.read(value, place!.at(name));
    } catch (thrown) {
      // A getter of the user's object failed.
      place?.at(name).report(`can not be read: ${thrown instanceof Error ? thrown.message : typeof thrown}`);
    }
  }
  for (const key of missing) place?.at(key).report('is required', `It must be ${table[key]!.reader.form}`);
  return result as Resolved<T>;
}

/** Says which setting was probably meant. */
function helpFor(name: string, table: Settings): string {
  const near = nearest(name, namesOf(table));
  if (near !== undefined) return `Did you mean "${near}"?`;
  return Object.keys(table).length > 12 ? 'docs/CONFIGURATION.md lists all settings' : `There are ${Object.keys(table).join(', ')}`;
}

/** Every name of every setting of a table and of those below it, and the path of the setting. */
export function* namesOf(table: Settings, path = ''): Generator<KnownName> {
  for (const [key, { kafkaNames, reader }] of Object.entries(table)) {
    for (const name of [key, ...kafkaNames]) yield [name, path + key];
    if (reader.nested !== undefined) yield* namesOf(reader.nested, `${path}${key}.`);
  }
}
