import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { asError, promised } from '@ouzel/core';
import type { StreamRecord } from '@ouzel/streams';
import type { UserFunction } from '../../decorators/untyped.js';
import { operatorCalls } from '../calls/operator-calls.js';
import type { CheckedMember } from '../checks/checked-member.js';
import type { Pipe } from '../checks/method-additions.js';
import { faultOf, type DecoratorFault } from '../decorator-error.js';

/** Nest's pipes before the methods of an application. */
export class Pipes {
  private readonly chains: PipeChain[] = [];

  /** Returns the method with the pipes of its member before it, and the method itself where there are none. */
  before(method: UserFunction, checked: CheckedMember): UserFunction {
    if (checked.pipes.length === 0) return method;
    const chain = new PipeChain(checked);
    this.chains.push(chain);
    return operatorCalls[checked.member.operator].calls === 'with the record' ? chain.beforeRecord(method) : chain.beforeValue(method);
  }

  /** Makes the pipes that are given as classes. Returns what failed. */
  async prepare(): Promise<readonly DecoratorFault[]> {
    const faults: DecoratorFault[] = [];
    for (const chain of this.chains) faults.push(...(await chain.prepare()));
    return faults;
  }
}

/** The pipes of one member. */
class PipeChain {
  private pipes: readonly PipeTransform[] = [];

  constructor(private readonly checked: CheckedMember) {}

  beforeValue(method: UserFunction): UserFunction {
    const metadata = this.metadata(this.metatype());
    return (value, ...rest) => after(this.through(value, metadata, 0), (piped) => method(piped, ...rest) as unknown);
  }

  beforeRecord(method: UserFunction): UserFunction {
    const metadata = this.metadata(undefined);
    return (given, ...rest) => {
      const record = given as StreamRecord<unknown, unknown>;
      return after(this.through(record.value, metadata, 0), (piped) => method(record.withValue(piped), ...rest) as unknown);
    };
  }

  async prepare(): Promise<readonly DecoratorFault[]> {
    const faults: DecoratorFault[] = [];
    const made: PipeTransform[] = [];
    for (const pipe of this.checked.pipes) {
      try {
        made.push(await this.instanceOf(pipe));
      } catch (thrown) {
        const cause = asError(thrown);
        const firstLine = cause.message.split('\n')[0]!.replace(/\.+$/, '');
        const help = `Provide what it needs in the module of ${this.checked.topology.type.name}.`;
        faults.push(faultOf(this.checked, `its pipe ${(pipe as { name: string }).name} can not be made: ${firstLine}`, help, cause));
      }
    }
    this.pipes = made;
    return faults;
  }

  private instanceOf(pipe: Pipe): PipeTransform | Promise<PipeTransform> {
    return typeof pipe === 'function' ? this.checked.topology.create(pipe) : pipe;
  }

  /** Returns a promise only where a pipe returns one. */
  private through(value: unknown, metadata: ArgumentMetadata, from: number): unknown {
    const { pipes } = this;
    let piped = value;
    for (let i = from; i < pipes.length; i++) {
      piped = pipes[i]!.transform(piped, metadata);
      const pending = promised(piped) as Promise<unknown> | undefined;
      if (pending !== undefined) return pending.then((next) => this.through(next, metadata, i + 1));
    }
    return piped;
  }

  /** Nest's own pipes leave alone what is not of the type of a body, a query or a parameter of HTTP. */
  private metadata(metatype: ArgumentMetadata['metatype']): ArgumentMetadata {
    return { type: 'body', metatype, data: undefined };
  }

  /** The class of the first parameter, as far as the compiler has written it down. */
  private metatype(): ArgumentMetadata['metatype'] {
    const { topology, member } = this.checked;
    const types = Reflect.getMetadata('design:paramtypes', topology.type.prototype as object, member.name) as unknown[] | undefined;
    return types?.[0] as ArgumentMetadata['metatype'];
  }
}

function after<T>(value: unknown, work: (value: unknown) => T): T | Promise<T> {
  const pending = promised(value) as Promise<unknown> | undefined;
  return pending === undefined ? work(value) : pending.then(work);
}
