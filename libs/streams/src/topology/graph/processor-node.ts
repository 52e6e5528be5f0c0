import type { Assembly } from '../assembly.js';
import type { ProcessorDeclaration, SerdeNeed, StoreDeclaration } from '../declarations.js';
import { GraphNode, type NodeTraits } from './graph-node.js';

export type CreateNode = ProcessorDeclaration['create'];

/** How a graph node becomes a processor. */
export interface ProcessorParts {
  readonly create: CreateNode;
  readonly traits?: Partial<NodeTraits>;
  /** Serdes that the processor itself needs. */
  readonly needs?: readonly SerdeNeed[];
  /** Stores that come with it. */
  readonly stores?: () => readonly StoreDeclaration[];
  /** Stores of others that it uses, known when all is built. */
  readonly uses?: () => readonly string[];
}

/** One processor below its parents, with or without stores (ProcessorGraphNode, StatefulProcessorNode). */
export class ProcessorGraphNode extends GraphNode {
  constructor(
    name: string,
    private readonly parts: ProcessorParts,
  ) {
    super(name, parts.traits);
  }

  override writeTo(assembly: Assembly): void {
    const { name, parts } = this;
    addProcessor(assembly, name, this.parentNames, parts);
  }
}

/** The processor and its stores. */
export function addProcessor(
  assembly: Assembly,
  name: string,
  parents: readonly string[],
  { create, needs = [], stores, uses }: ProcessorParts,
): void {
  assembly.addProcessor({ kind: 'processor', name, parents, needs, create });
  for (const store of stores?.() ?? []) assembly.addStore(store, [name]);
  for (const store of uses?.() ?? []) assembly.connectStore(name, store);
}
