import type { Type } from '@nestjs/common';
import { faultOf, type DecoratorFault } from './declared-topology.js';
import type { DeclaredMember } from './member-fault.js';

/**
 * Makes the instances of a processor class, one per task, of what the module of the topology provides. The first is made at boot, so that a provider that is
 * missing is missed there and not when a task starts.
 */
export class ProcessorFactory {
  private first: object | undefined;

  constructor(
    private readonly declared: DeclaredMember,
    private readonly type: Type<object>,
  ) {}

  /** Rejects with what Nest says when the class can not be made. */
  async prepare(): Promise<void> {
    this.first = await this.create();
  }

  /** The fault that such a rejection is. */
  fault(cause: Error): DecoratorFault {
    const { topology, member } = this.declared;
    const help = `Provide what it needs in the module of ${topology.type.name}; there is no request in a stream, so all of it must be singletons.`;
    return faultOf(topology.type, member, `its processor ${this.type.name} can not be made: ${cause.message.split('\n')[0]}`, help, cause);
  }

  readonly get = (): object | Promise<object> => {
    const { first } = this;
    this.first = undefined;
    return first ?? this.create();
  };

  private create(): Promise<object> {
    return this.declared.topology.create(this.type);
  }
}
