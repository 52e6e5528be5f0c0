import { OuzelError } from '@ouzel/core';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import type { FixedKeyProcessorContext, Processor, ProcessorContext } from '../processor/processor.js';
import type { StreamRecord } from '../processor/record.js';
import { NodeProcessingContext } from './processing-context.js';

class ForwardingContext<K, V> extends NodeProcessingContext implements ProcessorContext<K, V>, FixedKeyProcessorContext<K, V> {
  constructor(
    context: NodeContext,
    node: Process<any, any, K, V>,
    private readonly emit: (record: StreamRecord<any, any>, child: string | undefined) => void | Promise<void>,
  ) {
    super(context, node);
  }

  forward(record: StreamRecord<any, any>, child?: string): void | Promise<void> {
    return this.emit(record, child);
  }
}

/**
 * Runs a processor of the user; one instance per task. Also for processors with a fixed key: nothing but their types differs
 * (KStreamFlatTransform, FixedKeyProcessor).
 */
export class Process<KIn, VIn, KOut, VOut> extends ProcessorNode<KIn, VIn, KOut, VOut> {
  constructor(private readonly processor: Processor<KIn, VIn, KOut, VOut>) {
    super();
  }

  override init(context: NodeContext): void | Promise<void> {
    void super.init(context);
    return this.processor.init?.(new ForwardingContext<KOut, VOut>(context, this, (record, child) => this.forwardTo(record, child)));
  }

  override process(record: StreamRecord<KIn, VIn>): void | Promise<void> {
    return this.processor.process(record);
  }

  override close(): void | Promise<void> {
    return this.processor.close?.();
  }

  private forwardTo(record: StreamRecord<KOut, VOut>, child: string | undefined): void | Promise<void> {
    if (record.timestamp < 0)
      throw new OuzelError('OUZEL_TIMESTAMP', { what: `a record with the timestamp ${record.timestamp} was forwarded`, where: this.name });
    if (child === undefined) return this.forward(record);
    const target = this.children.find(({ name }) => name === child);
    if (target === undefined)
      throw new OuzelError('OUZEL_TOPOLOGY', {
        what: `there is no child "${child}"`,
        where: this.name,
        help: `Children are: ${this.children.map(({ name }) => name).join(', ') || 'none'}.`,
      });
    return this.forward(record, target);
  }
}
