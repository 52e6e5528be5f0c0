import type { Clock } from '@ouzel/core';
import type { ResolvedConfig } from '../../config/streams-config.js';
import type { PeerClient } from '../../query/remote/peer-client.js';
import { ClientStores } from './client-stores.js';
import type { ClientView } from './client-view.js';
import { Instances, statusToWire, type InstanceStatus } from './instances.js';
import { createPeerClient, deadlineOf, QueryEndpoint } from './peers.js';

/** Holds the parts behind the queries of a client: stores, instances, and the way between instances. */
export class ClientQueries {
  readonly stores: ClientStores;
  readonly instances: Instances;
  readonly endpoint: QueryEndpoint;
  private readonly peers: PeerClient | undefined;

  /** `own` returns what this client says about itself. */
  constructor(config: ResolvedConfig, clock: Clock, view: () => ClientView, own: () => InstanceStatus) {
    this.peers = createPeerClient(config, clock);
    const defaults = { clock, deadlineMs: deadlineOf(config, this.peers), isolation: config.queries.isolation };
    this.stores = new ClientStores(view, defaults, this.peers);
    this.instances = new Instances(view, this.stores, this.peers, own);
    this.endpoint = new QueryEndpoint(config, clock, {
      storeOf: (request) => this.stores.served(request),
      status: () => statusToWire(own()),
    });
  }

  /** Lets other instances ask. Returns false, and lets none, where the client has ended meanwhile. */
  async start(isWanted: () => boolean): Promise<boolean> {
    await this.endpoint.start();
    if (isWanted()) return true;
    await this.close();
    return false;
  }

  /** Ends what other instances ask, and what is asked of them. May be called twice. */
  async close(): Promise<void> {
    this.peers?.close();
    await this.endpoint.close();
  }
}
