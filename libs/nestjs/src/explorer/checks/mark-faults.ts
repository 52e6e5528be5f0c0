import type { Type } from '@nestjs/common';
import { marksOf, type Mark } from '../../decorators/marks.js';
import type { DecoratorFault } from '../decorator-error.js';
import { faultOf } from '../decorator-error.js';
import type { DeclaredTopology } from '../declared-topology.js';
import { helpFor } from '../names.js';

const processing: readonly string[] = ['process', 'processValues'];

/** Returns the faults of what decorators add to methods of a topology, as far as they show without the operators. */
export function markFaults(topology: DeclaredTopology): readonly DecoratorFault[] {
  const processors = topology.members.filter(({ operator, processor }) => processing.includes(operator) && processor === undefined);
  const names = processors.map(({ name }) => name);
  return marksOf(topology.type).flatMap((mark) => {
    const fault = (what: string, help: string) => [faultOf({ topology, member: mark }, what, help)];
    const place = placeFault(topology.type, mark);
    if (place !== undefined) return [place];
    if (mark.kind === 'retry' || mark.kind === 'value') {
      const isMember = topology.members.some(({ name }) => name === mark.name);
      return isMember ? [] : fault('is on a method that is no operator', 'Decorate the method with @MapValues or another operator.');
    }
    if (mark.kind !== 'punctuate') return [];
    const { of } = mark.options;
    if (typeof of !== 'string')
      return fault('does not say whose tasks call it', "Name a member with @Process: @Punctuate('10s', { of: '…' }).");
    if (names.includes(of)) return [];
    return fault(`is of "${of}", which is no method with @Process or @ProcessValues`, helpFor(of, names, 'There is none in this class.'));
  });
}

/** Returns the faults of what decorators add to methods of a class with `@Processor()`. */
export function processorMarkFaults(processor: Type<object>): readonly { readonly what: string; readonly help: string }[] {
  return marksOf(processor).flatMap((mark) => {
    const place = placeFault(processor, mark);
    const name = `${mark.decorator} of ${processor.name}.${mark.name}`;
    if (place !== undefined) return [{ what: `${name} ${place.what}`, help: place.help! }];
    if (mark.kind !== 'punctuate')
      return [
        { what: `${name} has no effect`, help: 'Nest does not provide a processor: put it on a method of a topology, or of a provider.' },
      ];
    if (mark.options.of === undefined) return [];
    return [{ what: `${name} has the option "of"`, help: 'It belongs to topologies: leave it out.' }];
  });
}

/** Returns why a decorator can not stand where it does. */
export function placeFault(type: Type<object>, mark: Mark): DecoratorFault | undefined {
  const place = { topology: { type }, member: mark };
  if (mark.isStatic) return faultOf(place, 'is static', 'Methods belong to the instance that Nest makes: remove `static`.');
  if (typeof mark.method !== 'function') return faultOf(place, 'is not on a method', `${mark.decorator} belongs on a method.`);
  return undefined;
}
