import type { Type } from '@nestjs/common';
import { asError } from '@ouzel/streams';
import { faultOf, type DecoratorFault } from '../decorator-error.js';
import type { DeclaredMember } from '../declared-topology.js';
import type { UserFunction } from '../../decorators/untyped.js';
import type { CheckedMember } from '../checks/checked-member.js';
import { MethodProcessor, withPunctuations } from '../calls/process-calls.js';

/** A member with `@Process` or `@ProcessValues`. */
type ProcessingMember = DeclaredMember & Pick<CheckedMember, 'punctuations'>;

type Make = () => object | Promise<object>;

/**
 * Makes the processors of an application's members: a class with `@Processor()` by Nest, one instance per task, or a
 * method.
 */
export class ProcessorFactories {
  private readonly factories: ProcessorFactory[] = [];

  /** Returns a function that makes the processor of a task. `method` is that of the member, where it is one. */
  of(declared: ProcessingMember, method: UserFunction): Make {
    const { processor } = declared.member;
    if (processor === undefined) return () => new MethodProcessor(method, declared.punctuations, declared.topology.instance);
    const factory = new ProcessorFactory(declared, processor);
    this.factories.push(factory);
    return factory.make;
  }

  /**
   * Makes the first instance of every class, so that a provider that is missing is found at boot and not when a task
   * starts. Returns what failed.
   */
  async prepare(): Promise<readonly DecoratorFault[]> {
    const faults: DecoratorFault[] = [];
    for (const factory of this.factories) {
      const fault = await factory.prepare();
      if (fault !== undefined) faults.push(fault);
    }
    return faults;
  }
}

class ProcessorFactory {
  private first: object | undefined;

  constructor(
    private readonly declared: ProcessingMember,
    private readonly type: Type<object>,
  ) {}

  async prepare(): Promise<DecoratorFault | undefined> {
    try {
      this.first = await this.create();
      return undefined;
    } catch (thrown) {
      const cause = asError(thrown);
      const firstLine = cause.message.split('\n')[0]!.replace(/\.+$/, '');
      const module = this.declared.topology.type.name;
      const help = `Provide what it needs in the module of ${module}. A stream has no requests, so all of it must be singletons.`;
      return faultOf(this.declared, `its processor ${this.type.name} can not be made: ${firstLine}`, help, cause);
    }
  }

  /** The instance that was made at boot is the first that a task gets. */
  readonly make: Make = () => {
    const { first } = this;
    this.first = undefined;
    return first ?? this.create();
  };

  private async create(): Promise<object> {
    return withPunctuations(await this.declared.topology.create(this.type), this.declared.punctuations);
  }
}
