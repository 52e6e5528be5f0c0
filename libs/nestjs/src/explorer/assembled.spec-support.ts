import { embedded, FaultsError, KafkaStreams, StreamsBuilder, type Fault, type TopologyConfig } from '@ouzel/streams';
import { declaredTopology } from './declared-topology.js';
import { TopologyAssembly } from './assembly/topology-assembly.js';

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

/** Returns the description of topologies with decorators. */
export function decorated(types: readonly TopologyClass[], config?: unknown, plan?: TopologyConfig): string {
  const { builder, assembly } = assembled(types, config);
  expect(assembly.faults).toEqual([]);
  return builder.build(plan).describe();
}

/** Returns the description of a program of DSL calls. */
export function dsl(program: (builder: StreamsBuilder) => void): string {
  const builder = new StreamsBuilder();
  program(builder);
  return builder.build().describe();
}

/** Returns all faults of topologies, a line each. */
export function faults(...types: TopologyClass[]): string[] {
  return faultsWith(undefined, ...types);
}

/** Returns all faults of topologies whose module has a config. */
export function faultsWith(config: unknown, ...types: TopologyClass[]): string[] {
  return assembled(types, config).assembly.faults.map(line);
}

/** Returns the faults that are found when decorators fit, and the client is made. */
export function clientFaults(...types: TopologyClass[]): string[] {
  const { builder, assembly } = assembled(types);
  expect(assembly.faults).toEqual([]);
  try {
    new KafkaStreams(builder.build(), { applicationId: 'app', kafka: embedded() });
    return [];
  } catch (thrown) {
    const error = assembly.placed(thrown);
    if (!(error instanceof FaultsError)) throw thrown;
    return error.faults.map(line);
  }
}

function line({ where, what, help }: Fault): string {
  return `${where}: ${what}${help === undefined ? '' : ` | ${help}`}`;
}
