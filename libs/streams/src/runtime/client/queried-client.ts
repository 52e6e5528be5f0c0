import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StoreView } from '../../state/kind/store-view.js';
import type { ClientQueries } from './client-queries.js';
import type { InstanceAnswer, InstanceInfo, KeyMetadata, KeyPlacement } from './instances.js';

/** Lets callers read the stores of an application, and find out where they are. */
export abstract class QueriedClient {
  /** @internal */
  protected abstract readonly queries: ClientQueries;

  /** Returns a view of a store, which exists before the start and outlives rebalances. Throws OUZEL_STORE_UNKNOWN. */
  store(name: string): StoreView {
    return this.queries.stores.view(name);
  }

  /** Returns the instances of the application by the last assignment of the group; none before the first one. */
  instances(): readonly InstanceInfo[] {
    return this.queries.instances.all;
  }

  /**
   * Asks all instances how they are. An instance that can not be asked comes with the failure: other instances need
   * `queries` in the configuration.
   */
  askInstances(question: 'status'): Promise<readonly InstanceAnswer[]> {
    return this.queries.instances.ask(question);
  }

  /** Returns the instances that run a task with the store, or keep a copy of it. Throws OUZEL_STORE_UNKNOWN. */
  streamsMetadataForStore(store: string): readonly InstanceInfo[] {
    return this.queries.instances.withStore(store);
  }

  /**
   * Returns where a key of a store lives. Throws OUZEL_STORE_UNKNOWN, and StoreNotAvailableError before the first
   * assignment.
   */
  queryMetadataForKey<K>(store: string, key: K, placement: KeyPlacement<K> = {}): KeyMetadata {
    return this.queries.instances.ofKey(store, key, placement);
  }

  /**
   * Handles a request of another instance and returns true; leaves any other request as it is and returns false. For
   * `queries.listen: 'application'`: call it first for each request of the server of the application, before anything
   * reads the body. It authenticates requests by itself.
   */
  readonly queryHandler = (request: IncomingMessage, response: ServerResponse): boolean => this.queries.endpoint.handle(request, response);
}
