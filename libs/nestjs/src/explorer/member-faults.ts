import type { MemberMetadata } from '../decorators/member.js';
import { processorOptionsOf } from '../decorators/processor.js';
import { faultOf, type DecoratorFault, type DeclaredTopology } from './declared-topology.js';
import { closest, kebabCase } from './names.js';

/** Metadata that Nest's own decorators leave on a method: they would never run. */
const enhancers: Readonly<Record<string, string>> = {
  __guards__: '@UseGuards',
  __interceptors__: '@UseInterceptors',
  __pipes__: '@UsePipes',
  __exceptionFilters__: '@UseFilters',
};

/** What can be seen to be wrong with the members of a class without looking at their upstreams. */
export function memberFaults(topology: DeclaredTopology): readonly DecoratorFault[] {
  if (topology.members.length === 0)
    return [faultOf(topology.type, undefined, 'has no member', 'Begin with @Source or @Table, or remove @StreamTopology().')];
  return topology.members.flatMap((member, at) => [
    ...placeFaults(topology, member),
    ...nameFaults(topology, at),
    ...foldFaults(topology, member),
    ...processorFaults(topology, member),
  ]);
}

function placeFaults({ type, instance }: DeclaredTopology, member: MemberMetadata): DecoratorFault[] {
  const own = (instance as Record<string, unknown>)[member.name];
  const isMethod = typeof own === 'function';
  if (member.on === 'method' && !isMethod)
    return [faultOf(type, member, 'is not a method', `${member.decorator} belongs on a method: it is the operator's function.`)];
  if (member.on === 'property' && isMethod) {
    return [
      faultOf(
        type,
        member,
        'is a method',
        `${member.decorator} has no function. Declare a property: readonly ${member.name}!: KStream<…> or KTable<…>.`,
      ),
    ];
  }
  if (member.on === 'property' && own !== undefined)
    return [faultOf(type, member, 'has a value', 'A decorated property only declares its type: remove the initialiser.')];
  const useless = isMethod ? Object.keys(enhancers).filter((key) => Reflect.hasMetadata(key, own)) : [];
  return useless.map((key) =>
    faultOf(
      type,
      member,
      `${enhancers[key]} has no effect here`,
      'Operators are called directly, once per record: write the check in the method.',
    ),
  );
}

function nameFaults({ type, members }: DeclaredTopology, at: number): DecoratorFault[] {
  const member = members[at]!;
  const former = members.slice(0, at).find(({ name }) => kebabCase(name) === kebabCase(member.name));
  if (former === undefined) return [];
  return former.name === member.name
    ? [faultOf(type, member, `is decorated twice, by ${former.decorator} too`, 'Give each operator a member of its own.')]
    : [faultOf(type, member, `has the same name in kebab-case as "${former.name}" (${former.decorator})`, 'Rename one of them.')];
}

function foldFaults({ type, members }: DeclaredTopology, member: MemberMetadata): DecoratorFault[] {
  const { into } = member.options;
  if (member.operator !== 'cogroup' || member.on === 'property') return [];
  const tables = members.filter(({ operator, on }) => operator === 'cogroup' && on === 'property').map(({ name }) => name);
  if (tables.includes(into as string)) return [];
  const near = closest(String(into), tables);
  const help =
    near === undefined ? 'Declare the table: @Cogroup({ initial: () => … }) on a property of the same class.' : `Did you mean "${near}"?`;
  return [faultOf(type, member, `folds into "${String(into)}", which is no table with @Cogroup`, help)];
}

function processorFaults({ type }: DeclaredTopology, member: MemberMetadata): DecoratorFault[] {
  const { processor } = member;
  if (processor === undefined || processorOptionsOf(processor) !== undefined) return [];
  return [faultOf(type, member, `${processor.name} is no processor`, 'Decorate the class with @Processor().')];
}
