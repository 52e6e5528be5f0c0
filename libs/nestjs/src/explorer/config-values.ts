import { MemberFault, type DeclaredMember, type Place } from './member-fault.js';

/** Options that are functions for the DSL too; a function in any other option is one of the config. */
const callbacks = new Set(['groupBy', 'initial', 'subtract', 'merge', 'on', 'foreignKey', 'partitioner', 'otherPartitioner', 'timestamp']);

/** Asks functions of the config for their values. */
export class ConfigValues {
  constructor(private readonly config: unknown) {}

  optionsOf(declared: DeclaredMember): Readonly<Record<string, any>> {
    return Object.fromEntries(
      Object.entries(declared.member.options).map(([key, value]) => [key, callbacks.has(key) ? value : this.of(declared, value)]),
    );
  }

  of(place: Place, value: unknown): unknown {
    if (typeof value !== 'function') return value;
    if (this.config === undefined)
      throw new MemberFault(place, 'asks for the config, and there is none', 'Give one: OuzelModule.forRoot({ config, … }).');
    const result: unknown = value(this.config);
    if (result === undefined)
      throw new MemberFault(place, `the config has no value for ${value.toString()}`, 'See the config option of OuzelModule.');
    return result;
  }
}
