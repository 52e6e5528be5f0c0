import type { Provider, Type } from '@nestjs/common';
import { ApplicationChoice } from './applications/application-choice.js';
import { OuzelApplicationsController } from './applications/applications-controller.js';
import { Instances } from './applications/instances.js';
import { OuzelInstancesController } from './applications/instances-controller.js';
import { OuzelTopologyController } from './applications/topology-controller.js';
import { OuzelDroppedController } from './dropped/dropped-controller.js';
import { DroppedLog } from './dropped/dropped-log.js';
import { endpointOptionsToken, type ResolvedStreamsEndpoints } from './endpoint-settings.js';
import { OuzelEventsController } from './live/events-controller.js';
import { LiveFeed } from './live/live-feed.js';
import { describeControllers } from './responses/described.js';
import { mounted } from './responses/mounted.js';
import { Replies } from './responses/replies.js';
import { OuzelStoresController } from './stores/stores-controller.js';

const controllers: readonly Type<object>[] = [
  OuzelApplicationsController,
  OuzelTopologyController,
  OuzelInstancesController,
  OuzelStoresController,
  OuzelDroppedController,
  OuzelEventsController,
];

/** Returns the controllers of the endpoints about applications under their prefix, and what they are made from. */
export function streamsEndpoints(
  options: ResolvedStreamsEndpoints,
  decorators: readonly ClassDecorator[],
): { readonly controllers: Type<object>[]; readonly providers: Provider[] } {
  const mountedControllers = controllers.map((controller) => mounted(controller, options.path, decorators));
  const ready = async (log: DroppedLog): Promise<ResolvedStreamsEndpoints> => {
    log.keep(options.droppedRecords);
    await describeControllers(mountedControllers);
    return options;
  };
  return {
    controllers: mountedControllers,
    // The options are made before the clients, which ask the log what to do with dropped records.
    providers: [
      { provide: endpointOptionsToken, inject: [DroppedLog], useFactory: ready },
      Replies,
      ApplicationChoice,
      Instances,
      LiveFeed,
    ],
  };
}
