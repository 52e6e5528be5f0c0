import { DriverError } from '../../client/index.js';
import type { Channel } from './channel.js';
import type { Cluster } from './cluster.js';
import type { Api } from '../../protocol/api.js';
import type { FinalizedFeatures } from '../../protocol/api-versions.js';
import type { CoordinatorKind } from '../../protocol/coordinator.js';
import { ErrorCode } from '../../protocol/error-codes.js';

const coordinatorMoved = new Set<number>([ErrorCode.coordinatorNotAvailable, ErrorCode.notCoordinator]);

/**
 * The broker that coordinates a group or a transactional id. It is looked up again when it has moved.
 *
 * A JoinGroup that the broker holds back delays all that follow on its connection: other requests go over a second one.
 */
export class Coordinator {
  private node: Promise<number> | undefined;
  private parking: Channel | undefined;
  private beside: Channel | undefined;
  private isClosed = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly kind: CoordinatorKind,
    readonly key: string,
  ) {}

  /** Sends a request that the broker may hold back: JoinGroup, SyncGroup. */
  parked<Request, Response>(api: Api<Request, Response>, request: Request, timeoutMs: number): Promise<Response> {
    return this.asking(async (node) => {
      this.parking ??= this.cluster.channel(node);
      return this.parking.request(api, request, { timeoutMs });
    });
  }

  /** Sends a request to which the broker responds at once. */
  prompt<Request, Response>(api: Api<Request, Response>, request: Request): Promise<Response> {
    return this.asking(async (node) => this.besideChannel(node).request(api, request));
  }

  /** Resolves to the features of the cluster, as the coordinator knows them. */
  finalizedFeatures(): Promise<FinalizedFeatures> {
    return this.asking(async (node) => this.besideChannel(node).finalizedFeatures());
  }

  /** Must be called with the failure of each response. Some mean that the coordinator has moved. */
  heard({ kafkaCode }: DriverError): void {
    if (coordinatorMoved.has(kafkaCode)) this.forget();
  }

  close(): void {
    this.isClosed = true;
    this.forget();
  }

  private besideChannel(node: number): Channel {
    return (this.beside ??= this.cluster.channel(node));
  }

  private async asking<T>(ask: (node: number) => Promise<T>): Promise<T> {
    this.node ??= this.cluster.findCoordinator(this.kind, this.key);
    const asked = this.node;
    try {
      return await ask(await asked);
    } catch (error) {
      // Another request has failed meanwhile, and taken the connections of this one down with it.
      const wentDown = this.node !== asked && !this.isClosed;
      if (this.node === asked) this.forget();
      throw wentDown && error instanceof DriverError && error.kind === 'closed' ? givenUp(error) : error;
    }
  }

  private forget(): void {
    this.node = undefined;
    for (const channel of [this.parking, this.beside]) if (channel !== undefined) void this.cluster.closeChannel(channel);
    this.parking = undefined;
    this.beside = undefined;
  }
}

function givenUp(cause: DriverError): DriverError {
  const where = cause.where === undefined ? {} : { where: cause.where };
  return new DriverError('retriable', -1, { what: 'the coordinator is looked up again', ...where, cause });
}
