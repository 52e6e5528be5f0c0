import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import { marksOf, type Mark, type MarkKind } from '../decorators/marks.js';
import { membersOf } from '../decorators/member.js';
import { topologyOptionsOf } from '../decorators/stream-topology.js';
import { defaultApp } from '../handles/tokens.js';
import { classFault, faultOf, type DecoratorFault } from './decorator-error.js';
import { declaredTopology, type DeclaredTopology } from './declared-topology.js';
import { helpFor } from './names.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

interface Provided {
  readonly type: Type<object>;
  readonly wrapper: Wrapper;
}

export interface FoundTopologies {
  readonly topologies: readonly DeclaredTopology[];
  readonly faults: readonly DecoratorFault[];
}

const onlySingletons = 'A stream has no requests, so a topology and all that it needs must be singletons.';

/** Finds the topologies among the providers of all modules. */
@Injectable()
export class TopologyFinder {
  constructor(private readonly discovery: DiscoveryService) {}

  /**
   * Returns the topologies of an application, and the faults of how they are provided. `apps` are the names of all
   * applications of the process.
   */
  find(app: string, apps: readonly string[]): FoundTopologies {
    const provided = this.provided();
    const ours = provided.filter(({ type }) => appOf(type) === app);
    const distinct = ours.filter((one, at) => ours.findIndex(({ type }) => type === one.type) === at);
    return {
      topologies: distinct.map(({ type, wrapper }) => declaredTopology(type, wrapper.instance as object, moduleOf(wrapper))),
      // The first application reports what belongs to no application.
      faults: [
        ...ours.flatMap((one, at) => [...twice(one, ours.slice(0, at)), ...scoped(one)]),
        ...(app === apps[0] ? strays(provided, apps) : []),
      ],
    };
  }

  private provided(): readonly Provided[] {
    return this.discovery
      .getProviders()
      .filter(({ isAlias }) => !isAlias)
      .flatMap((wrapper) => {
        const type = classOf(wrapper);
        return type === undefined ? [] : [{ type, wrapper }];
      });
  }
}

/** Returns the ModuleRef that Nest puts into every module. */
function moduleOf({ host }: Wrapper): ModuleRef {
  return host!.providers.get(ModuleRef)!.instance as ModuleRef;
}

/** Returns the class of what a provider of any kind provides. */
function classOf({ instance, metatype }: Wrapper): Type<object> | undefined {
  return ((instance as object | null | undefined)?.constructor ?? metatype ?? undefined) as Type<object> | undefined;
}

/** Returns the application that a topology belongs to, or undefined for a class that is no topology. */
function appOf(type: Type<object>): string | undefined {
  const options = topologyOptionsOf(type);
  return options === undefined ? undefined : (options.app ?? defaultApp);
}

function twice({ type, wrapper }: Provided, before: readonly Provided[]): DecoratorFault[] {
  const former = before.find((other) => other.type === type);
  if (former === undefined) return [];
  return [
    classFault(type, `is provided by two modules, ${former.wrapper.host?.name} and ${wrapper.host?.name}`, 'Provide it in one of them.'),
  ];
}

function scoped({ type, wrapper }: Provided): DecoratorFault[] {
  if (wrapper.isTransient) return [classFault(type, 'is transient', onlySingletons)];
  return wrapper.isDependencyTreeStatic() ? [] : [classFault(type, 'is request-scoped, or needs a provider that is', onlySingletons)];
}

/** A provider that is no topology may have handlers, and nothing else. */
function strayMark(type: Type<object>, mark: Mark): DecoratorFault[] {
  const helps: Partial<Record<MarkKind, string>> = {
    retry: 'It belongs on an operator of a topology.',
    value: 'It belongs on an operator of a topology.',
    punctuate: 'It belongs in a class with @Processor(), or beside a @Process method of a topology.',
  };
  const help = helps[mark.kind];
  return help === undefined ? [] : [faultOf({ topology: { type }, member: mark }, 'has no effect on a provider', help)];
}

function strays(provided: readonly Provided[], apps: readonly string[]): DecoratorFault[] {
  return provided.flatMap(({ type }) => {
    const app = appOf(type);
    if (app === undefined) {
      if (membersOf(type).length > 0)
        return [classFault(type, 'has operators, but is no topology', 'Decorate the class with @StreamTopology().')];
      return marksOf(type).flatMap((mark) => strayMark(type, mark));
    }
    if (apps.includes(app)) return [];
    return [
      classFault(
        type,
        `belongs to application "${app}", which does not exist`,
        `${helpFor(app, apps, '')} See the name option of OuzelModule.`,
      ),
    ];
  });
}
