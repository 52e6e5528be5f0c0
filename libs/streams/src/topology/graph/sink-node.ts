import type { Assembly } from '../assembly.js';
import type { SinkDeclaration } from '../declarations.js';
import { GraphNode } from './graph-node.js';

/** The end of a stream in a topic. */
export class SinkNode extends GraphNode {
  constructor(private readonly sink: Omit<SinkDeclaration, 'parents'>) {
    super(sink.name);
  }

  override writeTo(assembly: Assembly): void {
    assembly.addSink({ ...this.sink, parents: this.parentNames });
  }
}
