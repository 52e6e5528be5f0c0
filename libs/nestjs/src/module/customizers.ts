import { applyDecorators, Injectable, SetMetadata, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { KafkaStreams, StreamsBuilder, StreamsConfig } from '@ouzel/streams';
import { defaultApp } from '../handles/tokens.js';

/**
 * Code that changes how an application is set up, where options do not reach: for all teams of a company, or for what
 * only other providers know. All methods are optional.
 */
export interface Customizer {
  /** Returns the configuration to use. Called at boot, before the configuration is checked. */
  config?(config: StreamsConfig): StreamsConfig | Promise<StreamsConfig>;
  /** Called before the topologies of the application are assembled, with the builder that they are assembled with. */
  builder?(builder: StreamsBuilder): void;
  /** Called with each client before it starts: the first one, and one for each further start. */
  client?(client: KafkaStreams): void;
}

const appKey = 'ouzel:customizer';

/**
 * Marks a provider that customises an application. Several are called in the order of their class names.
 *
 * @example
 * ```ts
 * @StreamsCustomizer()
 * export class Alerts implements Customizer {
 *   constructor(private readonly pager: Pager) {}
 *
 *   client(client: KafkaStreams) {
 *     client.onStateChange((to) => to === 'ERROR' && this.pager.call());
 *   }
 * }
 * ```
 */
export function StreamsCustomizer({ app = defaultApp }: { readonly app?: string } = {}): ClassDecorator {
  return applyDecorators(Injectable(), SetMetadata(appKey, app));
}

/** Finds the customizers among the providers of all modules. */
@Injectable()
export class Customizers {
  constructor(private readonly discovery: DiscoveryService) {}

  /** Returns the customizers of an application, in the order of their class names. */
  of(app: string): readonly Customizer[] {
    const found = this.discovery
      .getProviders()
      .filter(({ isAlias, metatype }) => !isAlias && typeof metatype === 'function' && Reflect.getMetadata(appKey, metatype) === app)
      .map(({ metatype, instance }) => ({ name: (metatype as Type).name, instance: instance as Customizer }));
    return found.sort((one, other) => (one.name < other.name ? -1 : 1)).map(({ instance }) => instance);
  }
}
