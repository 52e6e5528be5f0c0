import { Injectable } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { membersOf } from '../decorators/member.js';
import { topologyOptionsOf } from '../decorators/stream-topology.js';
import { defaultApp, storeRequestOf } from '../module/tokens.js';
import { declaredTopology, faultOf, type DeclaredTopology, type DecoratorFault } from './declared-topology.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** What Nest keeps on a class about its constructor's and properties' tokens. */
const parameterTokens = 'self:paramtypes';
const propertyTokens = 'self:properties_metadata';

/** Finds the topologies among the providers of all modules, and who injects which store. */
@Injectable()
export class TopologyFinder {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly modules: ModulesContainer,
  ) {}

  /** Topologies of an application, and what is wrong with how they are provided. `apps`: all applications of the process. */
  find(app: string, apps: readonly string[]): { readonly topologies: readonly DeclaredTopology[]; readonly faults: readonly DecoratorFault[] } {
    const faults: DecoratorFault[] = [];
    const found = new Map<Function, Wrapper>();
    for (const wrapper of this.discovery.getProviders()) {
      const type = classOf(wrapper);
      if (type === undefined || wrapper.isAlias) continue;
      const options = topologyOptionsOf(type);
      if (options === undefined) {
        if (app === apps[0] && membersOf(type).length > 0) faults.push(faultOf(type, undefined, 'has operators and is no topology', 'Decorate the class with @StreamTopology().'));
        continue;
      }
      const wanted = options.app ?? defaultApp;
      if (!apps.includes(wanted) && app === apps[0]) {
        faults.push(faultOf(type, undefined, `belongs to application "${wanted}", which does not exist`, `Known are: ${apps.join(', ')}. See the name option of OuzelModule.`));
      }
      if (wanted !== app) continue;
      const former = found.get(type);
      if (former !== undefined) {
        faults.push(faultOf(type, undefined, `is provided by two modules, ${former.host?.name} and ${wrapper.host?.name}`, 'Provide it in one.'));
        continue;
      }
      found.set(type, wrapper);
      if (!wrapper.isDependencyTreeStatic() || wrapper.isTransient) {
        faults.push(faultOf(type, undefined, `is ${wrapper.isTransient ? 'transient' : 'request-scoped'}, or needs a provider that is`, 'There is no request in a stream: a topology and all that it needs must be singletons.'));
      }
    }
    const topologies = [...found].filter(([, wrapper]) => wrapper.instance !== undefined).map(([type, wrapper]) => declaredTopology(type, wrapper.instance as object));
    return { topologies, faults };
  }

  /** Classes that inject a store of this application, with the store's name. */
  storeUses(app: string): readonly { readonly type: Function; readonly store: string }[] {
    const uses: { type: Function; store: string }[] = [];
    for (const module of this.modules.values()) {
      for (const wrapper of [...module.providers.values(), ...module.controllers.values()]) {
        const type = wrapper.metatype;
        if (typeof type !== 'function') continue;
        for (const token of [...tokensOf(type), ...(wrapper.inject ?? [])]) {
          const request = storeRequestOf(token);
          if (request?.app === app) uses.push({ type, store: request.store });
        }
      }
    }
    return uses;
  }
}

function classOf(wrapper: Wrapper): Function | undefined {
  const constructor = (wrapper.instance as object | undefined | null)?.constructor;
  return wrapper.inject === undefined || constructor === undefined ? ((wrapper.metatype ?? undefined) as Function | undefined) : constructor;
}

function tokensOf(type: Function): readonly unknown[] {
  const parameters = (Reflect.getMetadata(parameterTokens, type) ?? []) as readonly { readonly param: unknown }[];
  const properties = (Reflect.getMetadata(propertyTokens, type) ?? []) as readonly { readonly type: unknown }[];
  return [...parameters.map(({ param }) => param), ...properties.map(({ type: token }) => token)];
}
