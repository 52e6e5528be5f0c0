import { StreamsBuilder, type TopologyConfig } from '@ouzel/streams';
import { declaredTopology } from './declared-topology.js';
import { TopologyAssembly } from './topology-assembly.js';

export type TopologyClass = new () => object;

/** Assembles topologies without Nest: classes are made with `new`. */
export function assembled(types: readonly TopologyClass[], config?: unknown): { builder: StreamsBuilder; assembly: TopologyAssembly } {
  const builder = new StreamsBuilder();
  const module = { create: async <T>(processor: new () => T): Promise<T> => new processor() };
  const topologies = types.map((type) => declaredTopology(type, new type(), module));
  const assembly = new TopologyAssembly(topologies, builder, config);
  assembly.assemble();
  return { builder, assembly };
}

/** What topologies with decorators are. */
export function decorated(types: readonly TopologyClass[], config?: unknown, plan?: TopologyConfig): string {
  const { builder, assembly } = assembled(types, config);
  expect(assembly.faults).toEqual([]);
  return builder.build(plan).describe();
}

/** What a program of DSL calls is. */
export function dsl(program: (builder: StreamsBuilder) => void): string {
  const builder = new StreamsBuilder();
  program(builder);
  return builder.build().describe();
}

/** All faults of topologies, a line each. */
export function faults(...types: TopologyClass[]): string[] {
  return assembled(types).assembly.faults.map(({ where, what, help }) => `${where}: ${what}${help === undefined ? '' : ` | ${help}`}`);
}
