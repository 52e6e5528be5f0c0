import { TopologyError } from '@ouzel/core';
import type { AnyJoiner, Joiner } from '../../operators/callbacks.js';
import { legalName } from '../../topology/legal-name.js';
import type { Named } from '../options/index.js';

/** Returns the callback. `what` names operator and argument. Throws OUZEL_TOPOLOGY for anything but a function. */
export function callback<F>(argument: F, what: string): F {
  if (typeof argument === 'function') return argument;
  throw new TopologyError('OUZEL_TOPOLOGY', { what: `${what} must be a function, not ${argument === null ? 'null' : typeof argument}` });
}

/** Returns the joiner without its types. Throws OUZEL_TOPOLOGY for anything but a function. */
export function checkedJoiner(joiner: Joiner<never, never, never, unknown>, operator: string): AnyJoiner {
  return callback(joiner, `the joiner of ${operator}`) as AnyJoiner;
}

/** Returns the name in the options. Throws OUZEL_NAMING when Kafka does not allow it. */
export function nameIn(options: Named | undefined, operator: string): string | undefined {
  return options?.name === undefined ? undefined : legalName(options.name, `name of ${operator}`);
}

/** Returns the options. Throws OUZEL_TOPOLOGY when one of the serdes is none. */
export function withSerdes<O extends object>(options: O | undefined, operator: string): O {
  const checked = (options ?? {}) as O & Readonly<Record<string, unknown>>;
  for (const name of ['key', 'value', 'left', 'right']) {
    const serde = checked[name] as { serialize?: unknown; deserialize?: unknown } | undefined;
    if (
      serde === undefined ||
      (typeof serde === 'object' && typeof serde?.serialize === 'function' && typeof serde.deserialize === 'function')
    )
      continue;
    const help = typeof serde === 'function' ? `Call it: ${name}: serdes.json().` : 'A serde has the methods serialize and deserialize.';
    throw new TopologyError('OUZEL_TOPOLOGY', { what: `"${name}" of ${operator} is no serde`, help });
  }
  return checked;
}
