import { Inject, Module, type DynamicModule, type MiddlewareConsumer, type NestModule, type Provider, type Type } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { Place, readSettings } from '@ouzel/core/settings';
import { streamsEndpoints } from '../endpoints/endpoints.js';
import { Applications } from '../handles/applications.js';
import { healthController } from '../health/health-controller.js';
import { openRoutes } from '../http/open-routes.js';
import { metricsController } from '../metrics/metrics-controller.js';
import { endpointSettings, type EndpointOptions } from './module-settings.js';

/** The endpoints of one module, and what a user said of them. */
interface Endpoints {
  /** Whether no module has said anything: these stand for all that are silent. */
  readonly areDefaults: boolean;
  readonly controllers: readonly Type<object>[];
  /** What the controllers are made from. */
  readonly providers: readonly Provider[];
  /** Those that are shown without asking guards. */
  readonly open: readonly Type<object>[];
}

const endpointsToken = 'OUZEL_ENDPOINTS';

/** Serves health and metrics of all applications of the process. */
@Module({})
export class OuzelEndpointsModule implements NestModule {
  /** One module for all that have no `endpoints`: Nest takes the same object for the same module. */
  private static readonly defaults = OuzelEndpointsModule.serving({ ...endpointsOf({}), areDefaults: true });

  constructor(
    @Inject(endpointsToken) private readonly endpoints: Endpoints,
    @Inject(Applications) private readonly applications: Applications,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {}

  static of(endpoints: EndpointOptions | false | undefined): DynamicModule[] {
    if (endpoints === false) return [];
    return [endpoints === undefined ? this.defaults : this.serving({ ...endpointsOf(endpoints), areDefaults: false })];
  }

  private static serving(endpoints: Endpoints): DynamicModule {
    return {
      module: OuzelEndpointsModule,
      controllers: [...endpoints.controllers],
      providers: [{ provide: endpointsToken, useValue: endpoints }, ...endpoints.providers],
    };
  }

  /** Called when all modules are there, and before Nest maps the routes of controllers. */
  configure(consumer: MiddlewareConsumer): void {
    this.standAside();
    for (const controller of this.endpoints.open) openRoutes(consumer, controller, this.moduleRef);
  }

  /** Takes the default endpoints away where a module has said which there are. */
  private standAside(): void {
    if (!this.endpoints.areDefaults || !this.applications.haveEndpoints) return;
    for (const { controllers } of this.modules.values())
      for (const controller of this.endpoints.controllers) controllers.delete(controller);
  }
}

/**
 * Nest asks for controllers before the options are checked: what is wrong with the endpoints is reported at boot, and
 * left out here.
 */
function endpointsOf(endpoints: EndpointOptions): Omit<Endpoints, 'areDefaults'> {
  const { health, metrics, streams, decorators = [], guards } = readSettings(endpointSettings, { ...endpoints }, new Place([]));
  const probes = [
    ...(typeof health !== 'string' ? [] : [healthController(health, decorators)]),
    ...(typeof metrics !== 'string' ? [] : [metricsController(metrics, decorators)]),
  ];
  const ofStreams = typeof streams === 'object' ? streamsEndpoints(streams, decorators) : { controllers: [], providers: [] };
  return {
    controllers: [...probes, ...ofStreams.controllers],
    providers: ofStreams.providers,
    open: guards === false ? probes : [],
  };
}
