import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import { membersOf } from '../decorators/member.js';
import { topologyOptionsOf } from '../decorators/stream-topology.js';
import { defaultApp } from '../module/tokens.js';
import { declaredTopology, faultOf, type DeclaredTopology, type DecoratorFault } from './declared-topology.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

interface Provided {
  readonly type: Type<object>;
  readonly wrapper: Wrapper;
}

export interface FoundTopologies {
  readonly topologies: readonly DeclaredTopology[];
  readonly faults: readonly DecoratorFault[];
}

const onlySingletons = 'There is no request in a stream: a topology and all that it needs must be singletons.';

/** Finds the topologies among the providers of all modules. */
@Injectable()
export class TopologyFinder {
  constructor(private readonly discovery: DiscoveryService) {}

  /** Topologies of an application, and what is wrong with how they are provided. `apps`: all applications of the process. */
  find(app: string, apps: readonly string[]): FoundTopologies {
    const provided = this.provided();
    const ours = provided.filter(({ type }) => appOf(type) === app);
    const once = ours.filter((one, at) => ours.findIndex(({ type }) => type === one.type) === at);
    return {
      topologies: once.map(({ type, wrapper }) => declaredTopology(type, wrapper.instance as object, moduleOf(wrapper))),
      // What belongs to nobody is reported by the first application.
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

/** Nest puts a ModuleRef of its own into every module. */
function moduleOf({ host }: Wrapper): ModuleRef {
  return host!.providers.get(ModuleRef)!.instance as ModuleRef;
}

/** Class of what is provided, by whatever kind of provider. */
function classOf({ instance, metatype }: Wrapper): Type<object> | undefined {
  return ((instance as object | null | undefined)?.constructor ?? metatype ?? undefined) as Type<object> | undefined;
}

/** Undefined for a class that is no topology. */
function appOf(type: Type<object>): string | undefined {
  const options = topologyOptionsOf(type);
  return options === undefined ? undefined : (options.app ?? defaultApp);
}

function twice({ type, wrapper }: Provided, before: readonly Provided[]): DecoratorFault[] {
  const former = before.find((other) => other.type === type);
  if (former === undefined) return [];
  return [
    faultOf(type, undefined, `is provided by two modules, ${former.wrapper.host?.name} and ${wrapper.host?.name}`, 'Provide it in one.'),
  ];
}

function scoped({ type, wrapper }: Provided): DecoratorFault[] {
  if (wrapper.isTransient) return [faultOf(type, undefined, 'is transient', onlySingletons)];
  return wrapper.isDependencyTreeStatic()
    ? []
    : [faultOf(type, undefined, 'is request-scoped, or needs a provider that is', onlySingletons)];
}

function strays(provided: readonly Provided[], apps: readonly string[]): DecoratorFault[] {
  return provided.flatMap(({ type }) => {
    const app = appOf(type);
    if (app === undefined) {
      return membersOf(type).length === 0
        ? []
        : [faultOf(type, undefined, 'has operators and is no topology', 'Decorate the class with @StreamTopology().')];
    }
    if (apps.includes(app)) return [];
    return [
      faultOf(
        type,
        undefined,
        `belongs to application "${app}", which does not exist`,
        `There is: ${apps.join(', ')}. See the name option of OuzelModule.`,
      ),
    ];
  });
}
