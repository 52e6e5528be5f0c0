import { TopologyError } from '@ouzel/core';
import { legalName } from '../../topology/legal-name.js';
import type { Named } from '../options/index.js';

/** The callback, checked. `what` names operator and argument. Throws OUZEL_TOPOLOGY. */
export function callback<F>(given: F, what: string): F {
  if (typeof given === 'function') return given;
  throw new TopologyError('OUZEL_TOPOLOGY', { what: `${what} must be a function, not ${given === null ? 'null' : typeof given}` });
}

/** The name in the options, checked. Throws OUZEL_NAMING. */
export function nameIn(options: Named | undefined, operator: string): string | undefined {
  return options?.name === undefined ? undefined : legalName(options.name, `name of ${operator}`);
}

/** Options with serdes, checked. Throws OUZEL_TOPOLOGY. */
export function withSerdes<O extends object>(options: O | undefined, operator: string): O {
  const given = (options ?? {}) as O & Readonly<Record<string, unknown>>;
  for (const name of ['key', 'value', 'left', 'right']) {
    const serde = given[name] as { serialize?: unknown; deserialize?: unknown } | undefined;
    if (
      serde === undefined ||
      (typeof serde === 'object' && typeof serde?.serialize === 'function' && typeof serde.deserialize === 'function')
    )
      continue;
    const help = typeof serde === 'function' ? `Call it: ${name}: serdes.json().` : 'A serde has the methods serialize and deserialize.';
    throw new TopologyError('OUZEL_TOPOLOGY', { what: `"${name}" of ${operator} is no serde`, help });
  }
  return given;
}
