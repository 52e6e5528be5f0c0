import { OuzelError, type Duration } from '@ouzel/core';
import { ProcessorNode, type NodeContext, type UserWork } from '../processor/node.js';
import type { Cancellable, FixedKeyProcessorContext, Processor, ProcessorContext, PunctuationType } from '../processor/processor.js';
import type { RecordMetadata, StreamRecord } from '../processor/record.js';
import { NodeProcessingContext } from './processing-context.js';
import { UserCalls } from './user-calls.js';

/**
 * Runs a processor of the user; one instance per task. Also runs processors with a fixed key, which differ in their types alone
 * (KStreamFlatTransform, FixedKeyProcessor).
 */
export class Process<KIn, VIn, KOut, VOut> extends ProcessorNode<KIn, VIn, KOut, VOut> {
  /** Undefined before `init`. */
  private calls: UserCalls | undefined;
  private isInitialised = false;
  private readonly callName: string;
  private readonly call = (record: StreamRecord<KIn, VIn>): unknown => this.processor.process(record);

  /** Throws OUZEL_TOPOLOGY when this is no processor. */
  constructor(private readonly processor: Processor<KIn, VIn, KOut, VOut>) {
    super();
    if (typeof (processor as Partial<typeof processor> | null | undefined)?.process !== 'function')
      throw new OuzelError('OUZEL_TOPOLOGY', {
        what: `the supplier of a processor returned ${processor === null ? 'null' : typeof processor}`,
        help: 'Return an object with a method `process`.',
      });
    this.callName = this.nameOf('process');
  }

  override init(context: NodeContext): void | Promise<void> {
    void super.init(context);
    const calls = (this.calls = new UserCalls(context, this, (record, child) => this.emit(record as StreamRecord<KOut, VOut>, child)));
    const pending = calls.run(
      this.nameOf('init'),
      () => this.processor.init?.(new ForwardingContext<KOut, VOut>(context, this, calls, this.punctuatorName())),
      undefined,
    );
    const initialised = () => {
      this.isInitialised = true;
    };
    return pending === undefined ? initialised() : pending.then(initialised);
  }

  override process(record: StreamRecord<KIn, VIn>): void | Promise<void> {
    return this.calls!.run(this.callName, this.call, record);
  }

  /** Closes the processor if `init` was called, whether it succeeded or not. */
  override close(): void | Promise<void> {
    return this.calls?.run(this.nameOf('close'), () => this.processor.close?.(), undefined);
  }

  override get userWork(): UserWork | undefined {
    return this.calls?.work;
  }

  /** Returns the name of a method with that of its class, where the processor is no plain object. */
  private nameOf(method: string): string {
    const name = this.className();
    return name === undefined ? method : `${name}.${method}`;
  }

  private punctuatorName(): string {
    const name = this.className();
    return name === undefined ? 'a punctuator' : `a punctuator of ${name}`;
  }

  /** Undefined where the processor is a plain object. */
  private className(): string | undefined {
    const name = (this.processor as { readonly constructor?: { readonly name?: string } }).constructor?.name ?? '';
    return name === '' || name === 'Object' ? undefined : name;
  }

  private emit(record: StreamRecord<KOut, VOut>, child: string | undefined): void | Promise<void> {
    if (!(Number.isSafeInteger(record.timestamp) && record.timestamp >= 0))
      throw new OuzelError('OUZEL_TIMESTAMP', { what: `a record with the timestamp ${record.timestamp} was forwarded`, where: this.name });
    const target = child === undefined ? undefined : this.childNamed(child);
    if (this.isInitialised) return this.forward(record, target);
    // Nodes below are initialised later: what is forwarded in `init` goes out before the first record.
    this.context.defer(() => this.forward(record, target));
  }

  private childNamed(child: string): ProcessorNode {
    const found = this.children.find(({ name }) => name === child);
    if (found !== undefined) return found;
    throw new OuzelError('OUZEL_TOPOLOGY', {
      what: `there is no child "${child}"`,
      where: this.name,
      help: `Children are: ${this.children.map(({ name }) => name).join(', ') || 'none'}.`,
    });
  }
}

class ForwardingContext<K, V> extends NodeProcessingContext implements ProcessorContext<K, V>, FixedKeyProcessorContext<K, V> {
  constructor(
    context: NodeContext,
    node: ProcessorNode,
    private readonly calls: UserCalls,
    private readonly punctuator: string,
  ) {
    super(context, node);
  }

  override get recordMetadata(): RecordMetadata | null {
    const { place } = this.calls;
    return place === undefined || place.topic === null ? null : { topic: place.topic, partition: place.partition, offset: place.offset };
  }

  forward(record: StreamRecord<unknown, unknown>, child?: string): void | Promise<void> {
    return this.calls.forward(record, child);
  }

  override schedule(
    interval: Duration,
    type: PunctuationType,
    punctuate: (timestamp: number) => void | Promise<void>,
    options?: { startTime?: number },
  ): Cancellable {
    return super.schedule(interval, type, (timestamp) => this.calls.run(this.punctuator, punctuate, timestamp), options);
  }
}
