import type { DriverError } from '../../client/index.js';
import type { Channel } from './channel.js';
import type { Cluster } from './cluster.js';
import type { Api } from '../../protocol/api.js';
import type { CoordinatorKind } from '../../protocol/coordinator.js';

const coordinatorMoved = new Set([15, 16]);

/**
 * The broker that coordinates a group or a transactional id, found again when it moved. A parked JoinGroup holds back all that follows on its connection: what must not wait goes
 * beside it.
 */
export class Coordinator {
  private node: Promise<number> | undefined;
  private parking: Channel | undefined;
  private beside: Channel | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly kind: CoordinatorKind,
    readonly key: string,
  ) {}

  /** For requests that the broker may hold: JoinGroup, SyncGroup. */
  parked<Request, Response>(api: Api<Request, Response>, request: Request, timeoutMs: number): Promise<Response> {
    return this.asking(async (node) => {
      this.parking ??= this.cluster.channel(node);
      return this.parking.request(api, request, { timeoutMs });
    });
  }

  /** For requests that are answered at once. */
  prompt<Request, Response>(api: Api<Request, Response>, request: Request): Promise<Response> {
    return this.asking(async (node) => {
      this.beside ??= this.cluster.channel(node);
      return this.beside.request(api, request);
    });
  }

  /** To be told of each failure that was answered. */
  heard({ kafkaCode }: DriverError): void {
    if (coordinatorMoved.has(kafkaCode)) this.forget();
  }

  close(): void {
    this.forget();
  }

  private async asking<T>(ask: (node: number) => Promise<T>): Promise<T> {
    try {
      this.node ??= this.cluster.findCoordinator(this.kind, this.key);
      return await ask(await this.node);
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  private forget(): void {
    this.node = undefined;
    for (const channel of [this.parking, this.beside]) if (channel !== undefined) void this.cluster.closeChannel(channel);
    this.parking = undefined;
    this.beside = undefined;
  }
}
