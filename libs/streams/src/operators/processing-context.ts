import { kindOf, OuzelError, type Duration } from '@ouzel/core';
import type { NodeContext, ProcessorNode } from '../processor/node.js';
import type { Cancellable, ProcessingContext, PunctuationType } from '../processor/processor.js';
import type { RecordMetadata } from '../record/record.js';

/** A function that is called with the time of its clock. */
export type Punctuator = (timestamp: number) => void | Promise<void>;

/** The context of the user code of one node. It gives access to the stores of this node and to no others. */
export class NodeProcessingContext implements ProcessingContext {
  constructor(
    protected readonly context: NodeContext,
    protected readonly node: ProcessorNode,
  ) {}

  get applicationId(): string {
    return this.context.applicationId;
  }
  get taskId(): string {
    return this.context.taskId;
  }
  get stateDirectory(): string {
    return this.context.stateDirectory;
  }
  get recordMetadata(): RecordMetadata | null {
    const { topic, partition, offset } = this.context.record;
    return topic === null ? null : { topic, partition, offset };
  }

  currentStreamTime(): number {
    return this.context.streamTime();
  }

  currentSystemTime(): number {
    return this.context.systemTime();
  }

  getStateStore<S>(name: string): S {
    const { stores } = this.node;
    if (!stores.includes(name) && !this.context.isGlobalStore(name)) {
      const known = stores.length === 0 ? 'It is connected to no store.' : `It is connected to: ${stores.join(', ')}.`;
      throw new OuzelError('OUZEL_STORE_UNKNOWN', {
        what: `store "${String(name)}" is not connected to this processor`,
        where: this.node.name,
        help: known,
      });
    }
    return this.context.getStateStore<S>(name);
  }

  schedule(interval: Duration, type: PunctuationType, punctuate: Punctuator, options?: { startTime?: number }): Cancellable {
    const startTime = options?.startTime;
    if (type !== 'stream-time' && type !== 'wall-clock-time')
      throw this.wrongSchedule(
        `the type 'stream-time' or 'wall-clock-time', not ${typeof type === 'string' ? `'${String(type)}'` : kindOf(type)}`,
      );
    if (typeof punctuate !== 'function') throw this.wrongSchedule(`a function to call, not ${kindOf(punctuate)}`);
    if (startTime !== undefined && !Number.isFinite(startTime))
      throw this.wrongSchedule(`a start time in epoch milliseconds, not ${typeof startTime === 'number' ? startTime : kindOf(startTime)}`);
    return this.context.schedule(this.node, interval, type, this.punctuation(punctuate), startTime);
  }

  commit(): void {
    this.context.requestCommit();
  }

  /** Returns what the task calls for a punctuator of the user. */
  protected punctuation(punctuate: Punctuator): Punctuator {
    return punctuate;
  }

  private wrongSchedule(needed: string): OuzelError {
    return new OuzelError('OUZEL_CONFIG', { what: `schedule needs ${needed}`, where: this.node.name });
  }
}
