import { Listeners } from '@ouzel/core';
import type { DroppedRecord, Logger, ResolvedConfig } from '@ouzel/streams';
import type { HandlerKind } from '../../decorators/marks.js';
import type { UserFunction } from '../../decorators/untyped.js';
import type { OuzelStreams } from '../../handles/ouzel-streams.js';

/** A decorated method of a provider. */
export interface FoundHandler {
  readonly kind: HandlerKind;
  /** `Alerts.dropped (@OnDropped)`. */
  readonly place: string;
  readonly call: UserFunction;
}

type Deciding = Pick<
  ResolvedConfig,
  'deserializationHandler' | 'processingHandler' | 'productionHandler' | 'uncaughtHandler' | 'onDropped'
>;

/** The decorated methods of the providers of one application. */
export class ApplicationHandlers {
  constructor(private readonly found: readonly FoundHandler[]) {}

  /** Returns the configuration with the methods that decide, and with those that hear of dropped records. */
  within(config: ResolvedConfig, logger: Logger): Deciding {
    const { deserializationHandler, processingHandler, productionHandler, uncaughtHandler } = config;
    return {
      deserializationHandler: this.decider('onDeserializationError') ?? deserializationHandler,
      processingHandler: this.decider('onProcessingError') ?? processingHandler,
      productionHandler: this.decider('onProductionError') ?? productionHandler,
      uncaughtHandler: this.decider('onUncaughtError') ?? uncaughtHandler,
      onDropped: this.dropped(config.onDropped, logger),
    };
  }

  /** Lets the other methods listen. */
  listen(streams: OuzelStreams, logger: Logger): void {
    const changed = this.listeners('onStateChange', logger);
    if (changed !== undefined) streams.onStateChange((...args) => changed.notify(...args));
    const restored = this.listeners('onRestore', logger);
    if (restored !== undefined) streams.onRestore((...args) => restored.notify(...args));
  }

  private decider(kind: HandlerKind): UserFunction | undefined {
    return this.found.find((handler) => handler.kind === kind)?.call;
  }

  private dropped(option: ResolvedConfig['onDropped'], logger: Logger): ResolvedConfig['onDropped'] {
    const listeners = this.listeners('onDropped', logger);
    if (listeners === undefined || option === undefined) return listeners === undefined ? option : (record) => listeners.notify(record);
    return (record: DroppedRecord) => {
      listeners.notify(record);
      option(record);
    };
  }

  /** Returns undefined where there are none. Each is logged by its own name when it fails. */
  private listeners(kind: HandlerKind, logger: Logger): Listeners<unknown[]> | undefined {
    const calls = this.found.filter((handler) => handler.kind === kind);
    if (calls.length === 0) return undefined;
    const all = new Listeners<unknown[]>(() => {});
    for (const { place, call } of calls) {
      const one = new Listeners<unknown[]>((error) => logger.error(`${place} failed: ${error.message}`, error));
      one.add(call);
      all.add((...args) => one.notify(...args));
    }
    return all;
  }
}
