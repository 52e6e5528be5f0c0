import { TopologyError } from '@ouzel/core';

/**
 * Checks a name that becomes part of a topic's name, or that may: 1 to 249 of the characters that Kafka allows
 * (Named.validate). `where` says what is named. Throws OUZEL_NAMING.
 */
export function legalName(name: string, where: string): string {
  if (typeof name === 'string' && /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..') return name;
  throw new TopologyError('OUZEL_NAMING', {
    what: `"${String(name)}" is not a legal name`,
    where,
    help: 'Use 1 to 249 of the characters a-z, A-Z, 0-9, ".", "_", "-".',
  });
}
