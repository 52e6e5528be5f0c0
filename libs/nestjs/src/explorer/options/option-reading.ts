import { Place, type Reader } from '@ouzel/core/settings';
import { asError, OuzelError, type Fault } from '@ouzel/streams';
import { helpFor, nearestName } from '../names.js';
import type { OperatorOptions, OptionReaders } from './operator-options.js';
import { callback, serde } from './option-readers.js';

/** Readers of values that are never functions of the config: a function there is the value itself. */
const fixed: readonly unknown[] = [callback, serde];

const seeOption = 'See the config option of OuzelModule.';
const giveConfig = 'Give it one: OuzelModule.forRoot({ config, … }).';

/**
 * Reads what decorators are given, and collects what is wrong with it. Functions of the config are called with the
 * `config` of the module.
 */
export class OptionReading {
  constructor(private readonly config: unknown) {}

  /** Reads the options of a member. `required` are those without which it can not be built. */
  options(given: object, readers: OptionReaders, required: readonly (keyof OperatorOptions)[], faults: Fault[]): OperatorOptions {
    const known = new Map<string, Reader<never, unknown>>(Object.entries(readers));
    const read: Record<string, unknown> = {};
    const written = new Set<string | undefined>();
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined) continue;
      const reader = known.get(name);
      if (reader === undefined)
        faults.push({ what: `has no option "${name}"`, help: helpFor(name, [...known.keys()], 'It takes no options.') });
      else read[name] = this.value(value, name, reader, faults);
      written.add(reader === undefined ? nearestName(name, known.keys()) : name);
    }
    for (const name of required)
      if (!written.has(name)) faults.push({ what: `needs the option "${name}"`, help: `It must be ${readers[name]!.form}.` });
    return defined(read);
  }

  /** Reads one value, such as the topic of a source. Returns undefined where it is missing or wrong. */
  value<T>(given: unknown, name: string, reader: Reader<never, T>, faults: Fault[]): T | undefined {
    const place = new Place(faults, name);
    const value = typeof given === 'function' && !fixed.includes(reader) ? this.fromConfig(given, place) : given;
    return value === undefined ? undefined : reader.read(value, place);
  }

  private fromConfig(find: unknown, place: Place): unknown {
    if (this.config === undefined) return place.report('is a function of the config, and the module has none', giveConfig);
    try {
      const value = (find as (config: unknown) => unknown)(this.config);
      return value ?? place.report(`is not in the config: ${String(find)} returns ${String(value)}`, seeOption);
    } catch (thrown) {
      const error = asError(thrown);
      return error instanceof OuzelError
        ? place.report(`can not be made of the config: ${error.what}`, error.help)
        : place.report(`can not be taken from the config: ${error.message}`, seeOption);
    }
  }
}

type Defined<T> = { [P in keyof T]: Exclude<T[P], undefined> };

/** Leaves out what is undefined, so that the DSL's own defaults hold. */
export function defined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
