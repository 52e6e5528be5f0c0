import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { streamsSettings } from '@ouzel/streams';
import { marksOf, type HandlerKind, type Mark } from '../../decorators/marks.js';
import type { UserFunction } from '../../decorators/untyped.js';
import { defaultApp } from '../../handles/tokens.js';
import { placeFault } from '../checks/mark-faults.js';
import { faultOf, type DecoratorFault } from '../decorator-error.js';
import { placeOf } from '../declared-topology.js';
import { helpFor } from '../names.js';
import { isAsync } from '../options/option-readers.js';
import { ApplicationHandlers, type FoundHandler } from './application-handlers.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** The settings that decide, by the decorator that may stand for them. */
export const deciders = {
  onDeserializationError: 'deserializationHandler',
  onProcessingError: 'processingHandler',
  onProductionError: 'productionHandler',
  onUncaughtError: 'uncaughtHandler',
} as const satisfies Partial<Record<HandlerKind, keyof typeof streamsSettings>>;

export type Decider = keyof typeof deciders;

interface Provided {
  readonly type: Type<object>;
  readonly wrapper: Wrapper;
  readonly mark: Mark & { readonly kind: HandlerKind };
}

export interface FoundHandlers {
  readonly handlers: ApplicationHandlers;
  readonly faults: readonly DecoratorFault[];
}

/** Finds the methods of all providers and controllers that hear of, or decide about, what happens in an application. */
@Injectable()
export class HandlerFinder {
  constructor(private readonly discovery: DiscoveryService) {}

  /** `apps` are the names of all applications of the process. `given` are the options of this application's module. */
  find(app: string, apps: readonly string[], given: object): FoundHandlers {
    const all = this.provided();
    const ours = all.filter(({ mark }) => appOf(mark) === app);
    // The first application reports what belongs to no application.
    const strays = app === apps[0] ? all.filter(({ mark }) => !apps.includes(appOf(mark))) : [];
    const faults = [
      ...ours.flatMap(handlerFaults),
      ...ours.flatMap((one, at) => rivalFaults(one, ours.slice(0, at), given)),
      ...strays.map(({ type, mark }) => strayFault(type, mark, apps)),
    ];
    return { handlers: new ApplicationHandlers(faults.length > 0 ? [] : ours.map(found)), faults };
  }

  private provided(): readonly Provided[] {
    return [...this.discovery.getProviders(), ...this.discovery.getControllers()]
      .filter(({ isAlias }) => !isAlias)
      .flatMap((wrapper) => {
        const type = ((wrapper.instance as object | null | undefined)?.constructor ?? wrapper.metatype) as Type<object> | null;
        if (typeof type !== 'function' || type.prototype === undefined) return [];
        return marksOf(type).flatMap((mark) => (isHandler(mark) ? [{ type, wrapper, mark }] : []));
      });
  }
}

function isHandler(mark: Mark): mark is Provided['mark'] {
  return mark.kind.startsWith('on');
}

function appOf({ options }: Mark): string {
  return typeof options.app === 'string' ? options.app : defaultApp;
}

function found({ type, wrapper, mark }: Provided): FoundHandler {
  const { instance } = wrapper as { readonly instance: Readonly<Record<string, UserFunction>> };
  return {
    kind: mark.kind,
    place: placeOf({ topology: { type }, member: mark }),
    call: (...args) => instance[mark.name]!(...args) as unknown,
  };
}

function handlerFaults({ type, wrapper, mark }: Provided): DecoratorFault[] {
  const fault = (what: string, help: string) => faultOf({ topology: { type }, member: mark }, what, help);
  const place = placeFault(type, mark);
  if (place !== undefined) return [place];
  const faults = Object.keys(mark.options)
    .filter((option) => option !== 'app')
    .map((option) => fault(`has no option "${option}"`, 'There is app.'));
  if (wrapper.isTransient || !wrapper.isDependencyTreeStatic())
    faults.push(
      fault('is on a provider that is no singleton', 'A stream has no requests, so a handler and all that it needs must be singletons.'),
    );
  const returnsPromise = isAsync(mark.method) || Reflect.getMetadata('design:returntype', type.prototype as object, mark.name) === Promise;
  if (mark.kind in deciders && returnsPromise)
    faults.push(
      fault('returns a promise, and its verdict is needed at once', 'Decide without I/O, and write dead letters for what needs it.'),
    );
  return faults;
}

/** A decision has one author. */
function rivalFaults({ type, mark }: Provided, before: readonly Provided[], given: object): DecoratorFault[] {
  if (!(mark.kind in deciders)) return [];
  const key = deciders[mark.kind as Decider];
  const fault = (what: string) => faultOf({ topology: { type }, member: mark }, what, 'Keep one of them.');
  const rival = before.find((other) => other.mark.kind === mark.kind);
  const faults = rival === undefined ? [] : [fault(`decides what ${placeOf({ topology: rival, member: rival.mark })} decides too`)];
  const option = [key, ...streamsSettings[key].kafkaNames].find((name) => (given as Readonly<Record<string, unknown>>)[name] !== undefined);
  if (option !== undefined) faults.push(fault(`decides what the option \`${option}\` of the module decides too`));
  return faults;
}

function strayFault(type: Type<object>, mark: Mark, apps: readonly string[]): DecoratorFault {
  const app = appOf(mark);
  const what = `belongs to application "${app}", which does not exist`;
  return faultOf({ topology: { type }, member: mark }, what, `${helpFor(app, apps, '')} See the name option of OuzelModule.`);
}
