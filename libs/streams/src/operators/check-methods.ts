import { kindOf, OuzelError } from '@ouzel/core';

/**
 * Checks what a supplier of the user returned: it must have the method, and `init` and `close` are methods where they
 * are there. Throws OUZEL_TOPOLOGY.
 */
export function checkMethods(what: 'processor' | 'transformer', made: object | null | undefined, method: string): void {
  const found = (made ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof found[method] !== 'function') {
    throw new OuzelError('OUZEL_TOPOLOGY', {
      what: `the supplier of a ${what} returned ${kindOf(made)}, which has no method \`${method}\``,
      help: `Return an object with a method \`${method}\`.`,
    });
  }
  for (const name of ['init', 'close']) {
    if (found[name] === undefined || typeof found[name] === 'function') continue;
    throw new OuzelError('OUZEL_TOPOLOGY', { what: `\`${name}\` of a ${what} is ${kindOf(found[name])}, not a method` });
  }
}
