import type { MemberMetadata } from '../../decorators/member.js';
import { processorOptionsOf } from '../../decorators/processor.js';
import type { DeclaredTopology } from '../declared-topology.js';
import { faultOf, type DecoratorFault } from '../decorator-error.js';
import { helpFor, kebabCase } from '../names.js';
import { markFaults, processorMarkFaults } from './mark-faults.js';
import { isRoute, sourcesOf } from './member-lookup.js';
import { isAsync } from '../options/option-readers.js';

/** Metadata that Nest's own decorators leave on a method, and what to do instead on an operator. */
const enhancers: Readonly<Record<string, readonly [decorator: string, help: string]>> = {
  __guards__: ['@UseGuards', 'A record has no request that could be refused: take it out with @Filter.'],
  __interceptors__: ['@UseInterceptors', 'Operators are called directly, once per record: write it in the method.'],
  __exceptionFilters__: ['@UseFilters', 'What a method throws goes to the processing handler: @OnProcessingError().'],
};

/** Operators whose method may return a promise. `build` reports it in words of its own. */
const mayBeAsync: readonly string[] = ['process', 'processValues', 'asyncMapValues', 'build'];

/** Help for decorators that stand on a method or on a property, depending on what they are given. */
const forms: Readonly<Record<string, string>> = {
  to: "On a property it needs a topic: @To('upstream', 'topic'). On a method without a topic, the method returns the topic of each record.",
  process:
    'On a property it needs a class with @Processor(), which is undefined here if two files import each other. Without a class it belongs on a method.',
  processValues:
    'On a property it needs a class with @Processor(), which is undefined here if two files import each other. Without a class it belongs on a method.',
  cogroup:
    "On a property it is the table: @Cogroup({ initial }). On a method it folds one stream into the table: @Cogroup('upstream', { into }).",
  fold: "On a property it is the table: @Cogroup({ initial }). On a method it folds one stream into the table: @Cogroup('upstream', { into }).",
};

/** Returns the faults of a topology's members that show without their options and their upstreams. */
export function memberFaults(topology: DeclaredTopology): readonly DecoratorFault[] {
  if (topology.members.length === 0)
    return [faultOf({ topology }, 'has no member', 'Begin with @Source or @Table, or remove @StreamTopology().')];
  const ofMembers = topology.members.flatMap((member, at) => [
    ...placeFaults(topology, member),
    ...routeFaults(topology, member),
    ...nameFaults(topology, at),
    ...foldFaults(topology, member),
    ...processorFaults(topology, member),
  ]);
  return [...classFaults(topology), ...ofMembers, ...markFaults(topology)];
}

/** Enhancers of a class would work for all of its methods, and for operators they do not. */
function classFaults(topology: DeclaredTopology): DecoratorFault[] {
  const found = Object.entries({ ...enhancers, __pipes__: ['@UsePipes', 'Put it on the methods that need it.'] as const });
  return found
    .filter(([key]) => Reflect.hasMetadata(key, topology.type))
    .map(([, [decorator, help]]) => faultOf({ topology }, `${decorator} has no effect on a topology`, help));
}

function placeFaults(topology: DeclaredTopology, member: MemberMetadata): DecoratorFault[] {
  const fault = (what: string, help: string) => [faultOf({ topology, member }, what, help)];
  const { decorator, operator, name } = member;
  if (member.isStatic) return fault('is static', 'Members belong to the instance that Nest makes: remove `static`.');
  if (name.startsWith('Symbol(')) return fault('has a symbol as its name', 'Give it a name: nodes and stores are named by it.');
  if (hasGetter(topology.instance, name)) return fault('is a getter or setter', 'Declare a method or a property.');
  const own = (topology.instance as Readonly<Record<string, unknown>>)[name];
  const isMethod = typeof own === 'function';
  if (member.on === 'method' && !isMethod)
    return fault('is not a method', forms[operator] ?? `${decorator} belongs on a method, which is the operator's function.`);
  if (member.on === 'property' && isMethod) {
    const help = `${decorator} takes no function. Declare a property: readonly ${name}!: KStream<…> or KTable<…>.`;
    return fault('is a method', forms[operator] ?? help);
  }
  if (member.on === 'property' && own !== undefined)
    return fault('has a value', 'A decorated property only declares its type: remove the initialiser.');
  return isMethod ? methodFaults(topology, member, own) : [];
}

function methodFaults(topology: DeclaredTopology, member: MemberMetadata, method: object): DecoratorFault[] {
  const declaration = { topology, member };
  const returnsPromise =
    isAsync(method) || Reflect.getMetadata('design:returntype', topology.type.prototype as object, member.name) === Promise;
  const promise =
    returnsPromise && !mayBeAsync.includes(member.operator)
      ? [
          faultOf(
            declaration,
            'returns a promise, which this operator does not wait for',
            'Do asynchronous work with @AsyncMapValues, or in @Process.',
          ),
        ]
      : [];
  const useless = Object.keys(enhancers).filter((key) => Reflect.hasMetadata(key, method));
  return [...promise, ...useless.map((key) => faultOf(declaration, `${enhancers[key]![0]} has no effect here`, enhancers[key]![1]))];
}

function hasGetter(instance: object, name: string): boolean {
  for (let at: unknown = instance; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name);
    if (descriptor !== undefined) return descriptor.get !== undefined || descriptor.set !== undefined;
  }
  return false;
}

function nameFaults(topology: DeclaredTopology, at: number): DecoratorFault[] {
  const { members } = topology;
  const member = members[at]!;
  const former = members.slice(0, at).find(({ name }) => kebabCase(name) === kebabCase(member.name));
  if (former === undefined) return [];
  return former.name === member.name
    ? [faultOf({ topology, member }, `is decorated twice, by ${former.decorator} too`, 'Give each operator a member of its own.')]
    : [faultOf({ topology, member }, `has the same name in kebab-case as "${former.name}" (${former.decorator})`, 'Rename one of them.')];
}

function foldFaults(topology: DeclaredTopology, member: MemberMetadata): DecoratorFault[] {
  const { into } = member.options;
  if (member.operator !== 'fold' || typeof into !== 'string') return [];
  const tables = topology.members.filter(({ operator }) => operator === 'cogroup').map(({ name }) => name);
  if (tables.includes(into)) return [];
  const help = helpFor(into, tables, 'Declare the table: @Cogroup({ initial: () => … }) on a property of the same class.');
  return [faultOf({ topology, member }, `folds into "${into}", which is no table with @Cogroup`, help)];
}

function routeFaults(topology: DeclaredTopology, member: MemberMetadata): DecoratorFault[] {
  if (!isRoute(member) || member.upstreams.length > 0) return [];
  const sources = sourcesOf(topology);
  if (sources.length === 1) return [];
  const help = "Name one: @On('OrderPlaced', { from: 'events' }).";
  return [faultOf({ topology, member }, `names no stream, and its class has ${sources.length} sources`, help)];
}

function processorFaults(topology: DeclaredTopology, member: MemberMetadata): DecoratorFault[] {
  const { processor } = member;
  if (processor === undefined) return [];
  const fault = (what: string, help: string) => [faultOf({ topology, member }, what, help)];
  const { name } = processor;
  const prototype = processor.prototype as { readonly process?: unknown } | undefined;
  if (prototype === undefined)
    return fault('has a function where its processor belongs', `${member.decorator} takes a class with @Processor().`);
  if (processorOptionsOf(processor) === undefined) return fault(`${name} is no processor`, 'Decorate the class with @Processor().');
  const options = processorOptionsOf(processor)!;
  const unknown = Object.keys(options).filter((option) => option !== 'stores');
  return [
    ...processorMarkFaults(processor).flatMap(({ what, help }) => fault(what, help)),
    ...unknown.flatMap((option) => fault(`${name} has no option "${option}" of @Processor`, 'There is stores.')),
    ...(typeof prototype.process === 'function'
      ? []
      : fault(`${name} has no method "process"`, 'Implement Processor: process(record: StreamRecord<…>).')),
  ];
}
