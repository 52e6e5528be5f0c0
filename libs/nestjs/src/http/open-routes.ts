import { RequestMethod, VERSION_NEUTRAL, type MiddlewareConsumer, type Type } from '@nestjs/common';
import { MetadataScanner, type ModuleRef } from '@nestjs/core';

/** Metadata that Nest keeps on a controller and on its handlers. */
const pathOf = (target: object): string => String(Reflect.getMetadata('path', target));

type Handler = (response: unknown) => unknown;

interface Request {
  readonly originalUrl?: string;
  readonly url: string;
}

/**
 * Answers the GET routes of a controller of this module before any guard of the application is asked. Nest runs global
 * guards for every controller; a middleware comes first. It follows a global prefix as the controller does.
 */
export function openRoutes(consumer: MiddlewareConsumer, controller: Type<object>, moduleRef: ModuleRef): void {
  const prototype = controller.prototype as Readonly<Record<string, Handler>>;
  for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
    if (!Reflect.hasMetadata('path', prototype[name]!)) continue;
    const path = [pathOf(controller), pathOf(prototype[name]!)]
      .map((part) => part.replace(/^\/+|\/+$/g, ''))
      .filter(Boolean)
      .join('/');
    const answer = (request: Request, response: unknown, next: (error?: unknown) => void): void => {
      // A middleware is also called for the paths below its own.
      const [asked = ''] = (request.originalUrl ?? request.url).split('?');
      if (!asked.replace(/\/+$/, '').endsWith(`/${path}`)) return next();
      const instance = moduleRef.get<Readonly<Record<string, Handler>>>(controller, { strict: true });
      Promise.resolve(instance[name]!(response)).catch(next);
    };
    consumer.apply(answer).forRoutes({ path, method: RequestMethod.GET, version: VERSION_NEUTRAL });
  }
}
