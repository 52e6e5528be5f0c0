import { Headers, kindOf, OuzelError } from '@ouzel/core';
import { ProcessorNode, type NodeContext, type UserWork } from '../processor/node.js';
import type { FixedKeyProcessorContext, Processor, ProcessorContext } from '../processor/processor.js';
import { StreamRecord, type RecordMetadata } from '../record/record.js';
import { checkMethods } from './check-methods.js';
import { NodeProcessingContext, type Punctuator } from './processing-context.js';
import { UserCalls } from './user-calls.js';

/**
 * Runs a processor of the user; one instance per task. Also runs processors with a fixed key, which differ in their
 * types alone (KStreamFlatTransform, FixedKeyProcessor).
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
    checkMethods('processor', processor, 'process');
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
    this.check(record);
    const target = child === undefined ? undefined : this.childNamed(child);
    if (this.isInitialised) return this.forward(record, target);
    // Nodes below are initialised later: what is forwarded in `init` goes out before the first record.
    this.context.defer(() => this.forward(record, target));
  }

  /** TypeScript checks all of this, except for timestamps. User code in JavaScript learns it here. */
  private check(record: StreamRecord<KOut, VOut>): void {
    if (!(record instanceof StreamRecord)) throw this.unusable(`${kindOf(record)} instead of a StreamRecord`);
    const { timestamp, headers } = record;
    if (!(Number.isSafeInteger(timestamp) && timestamp >= 0)) {
      throw new OuzelError('OUZEL_TIMESTAMP', {
        what: `${this.owner()} forwarded a record whose timestamp is ${typeof timestamp === 'number' ? timestamp : kindOf(timestamp)}`,
        where: this.name,
        help: 'A timestamp is a whole number of epoch milliseconds, 0 or more.',
      });
    }
    if (headers !== this.context.record.headers && !(headers instanceof Headers))
      throw this.unusable(`a record whose headers are ${kindOf(headers)} instead of Headers`);
  }

  private unusable(what: string): OuzelError {
    return new OuzelError('OUZEL_PROCESSING', {
      what: `${this.owner()} forwarded ${what}`,
      where: this.name,
      help: 'Pass a StreamRecord: record.withValue(…), record.with({ … }), or new StreamRecord(key, value, timestamp).',
    });
  }

  private owner(): string {
    return this.className() ?? 'the processor';
  }

  private childNamed(child: string): ProcessorNode {
    const found = this.children.find(({ name }) => name === child);
    if (found !== undefined) return found;
    throw new OuzelError('OUZEL_TOPOLOGY', {
      what: `there is no child "${String(child)}"`,
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

  protected override punctuation(punctuate: Punctuator): Punctuator {
    return (timestamp) => this.calls.run(this.punctuator, punctuate, timestamp);
  }
}
