import type { Materialized, StreamsBuilder } from '@ouzel/streams';
import type { CheckedMember } from '../checks/checked-member.js';
import { MemberFault } from '../decorator-error.js';
import { methodOf } from '../declared-topology.js';
import type { NameClaims } from './name-claims.js';
import { kebabCase } from '../names.js';
import { noSerdes, type NodePart, type OperatorCall } from '../calls/operator-call.js';
import type { BuiltMember } from './built-member.js';
import type { Pipes } from './pipes.js';
import type { ProcessorFactories } from './processor-factories.js';
import type { Routes } from './routes.js';
import { isBranch, type Splits } from './splits.js';
import type { StoreConnections } from './store-connections.js';

/** The parts that all calls of an application share. */
export interface CallParts {
  readonly builder: StreamsBuilder;
  readonly names: NameClaims;
  readonly splits: Splits;
  readonly routes: Routes;
  readonly pipes: Pipes;
  readonly processors: ProcessorFactories;
  readonly connections: StoreConnections;
}

/** Collects what the DSL call of a member needs. `upstreams` are built. */
export function callOf(checked: CheckedMember, upstreams: readonly BuiltMember[], parts: CallParts): OperatorCall {
  const { topology, member, options, topics } = checked;
  const { builder, names, splits, routes, pipes, processors, connections } = parts;
  const own = kebabCase(member.name);
  const node = isBranch(member.operator) ? `${splits.nameOf(checked)}${own}` : `${topology.name}-${own}`;
  const name = (part?: NodePart) => names.node(part === undefined ? node : `${node}-${part}`, checked, part);
  const stream = (at: number) => upstreams[at]!.stream()!;
  const store = (): NonNullable<Materialized['store']> => {
    const nameOrSupplier = options.store ?? own;
    names.store(typeof nameOrSupplier === 'string' ? nameOrSupplier : nameOrSupplier.name, checked);
    return nameOrSupplier;
  };
  const branch = () => {
    name();
    return splits.branchOf(checked, () => stream(0));
  };
  const method = member.on === 'method' ? pipes.before(methodOf(checked), checked) : noMethod;
  return {
    builder,
    method,
    topics,
    options,
    upstreams: upstreams.map(({ made }) => made!),
    stream,
    serdes: (at) => upstreams[at]?.serdes ?? noSerdes,
    name,
    store,
    branch,
    processors: () => processors.of(checked, method),
    routes: () => routes.of(checked, () => stream(0)),
    stores: () => connections.of(checked),
    fault: (what, help) => new MemberFault(checked, what, help),
  };
}

function noMethod(): never {
  throw new Error('a property has no method');
}
