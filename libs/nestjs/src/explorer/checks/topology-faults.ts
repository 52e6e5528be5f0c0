import { faultOf, type DecoratorFault } from '../decorator-error.js';
import type { DeclaredTopology } from '../declared-topology.js';
import { helpFor } from '../names.js';

const optionNames = ['name', 'app', 'stores', 'eventType'];
const nameIt = "Name one of them: @StreamTopology({ name: '…' }).";
const legal = /^[a-zA-Z0-9._-]{1,200}$/;

/** Returns the faults of a topology as a whole. `former` is the topology before it in the order of names. */
export function topologyFaults(topology: DeclaredTopology, former: DeclaredTopology | undefined): readonly DecoratorFault[] {
  const { name, options } = topology;
  const unknown = Object.keys(options)
    .filter((option) => !optionNames.includes(option))
    .map((option) => faultOf({ topology }, `has no option "${option}"`, helpFor(option, optionNames, '')));
  if (!legal.test(name)) {
    const help = "Use the characters a-z, A-Z, 0-9, '.', '_', '-': @StreamTopology({ name: '…' }).";
    return [...unknown, faultOf({ topology }, `is named "${name}", with which no topic can be named`, help)];
  }
  return former?.name === name ? [...unknown, faultOf({ topology }, `is named "${name}", as ${former.type.name} is`, nameIt)] : unknown;
}
