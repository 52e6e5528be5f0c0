import { FaultsError, type ErrorParts } from '@ouzel/core';
import type { Assembly } from '../assembly.js';
import type { NameGenerator } from './name-generator.js';

/**
 * `explicitNames`: every store and internal topic must have a name of the user, so that another operator never
 * renumbers state (KIP-1111). Throws OUZEL_NAMING with all that have not.
 */
export function checkExplicitNames(assembly: Assembly, { generated }: NameGenerator): void {
  const isGenerated = (name: string) => [...generated].some((part) => name.includes(part));
  const faults: ErrorParts[] = [];
  for (const { declaration, users } of assembly.stores.values()) {
    if (isGenerated(declaration.name))
      faults.push({
        where: `operator "${[...users][0] ?? ''}"`,
        what: `its store "${declaration.name}" has no name`,
        help: 'Give the operator a store name',
      });
  }
  for (const topic of assembly.repartitionTopics.keys()) {
    if (isGenerated(topic))
      faults.push({
        where: `topic "${topic}"`,
        what: 'the internal topic has no name',
        help: 'Name the grouping, join or repartition that needs it',
      });
  }
  if (faults.length > 0) throw new FaultsError('OUZEL_NAMING', faults);
}
