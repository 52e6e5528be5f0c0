import { abortController } from '@ouzel/core';
import { DriverError } from '../../client/index.js';
import { closedFailure } from './connection-failure.js';
import { commonVersion, decodeResponse, encodeRequest, type Api } from '../../protocol/api.js';
import { apiVersions, type FinalizedFeatures } from '../../protocol/api-versions.js';
import { ErrorCode } from '../../protocol/error-codes.js';
import type { Link, Transport } from './transport.js';

/** Returns the address of a channel's broker. Called at each new connection, because brokers move. */
export type Destination = () => { readonly host: string; readonly port: number };

/** Follows the requests of a channel. */
export interface RequestObserver {
  /** Called when a connection is opened, or a request is sent that the broker does not hold back. */
  requestBegins(): void;
  /** Called when the connection attempt or the request has succeeded or failed. */
  requestEnds(): void;
  /** Called at each response, also to a request that the broker held back. */
  responseCame(): void;
}

const software = { software: 'ouzel', softwareVersion: 'unknown' };
const none: FinalizedFeatures = new Map();
/** After so many unreadable responses in a row the failure is fatal. */
const toleratedFaults = 3;

/**
 * An ordered conversation with one broker. Connects at the first request, and again after a failure. Never repeats a
 * request by itself.
 *
 * A request that the broker holds back delays all that follow: give it a channel of its own.
 */
export class Channel {
  private link: Link | undefined;
  private opening: Promise<Link> | undefined;
  private features: { readonly link: Link; readonly levels: Promise<FinalizedFeatures> } | undefined;
  private faults = 0;
  private readonly closing = abortController();

  constructor(
    private readonly transport: Transport,
    private readonly destination: Destination,
    private readonly requestTimeoutMs: number,
    private readonly observer: RequestObserver,
  ) {}

  /**
   * Resolves to the response, whatever error codes are in it. Throws `retriable` when the connection fails, and `fatal`
   * when there is no version of the request that both sides know (`OUZEL_BROKER_VERSION`).
   *
   * The default of `timeoutMs` is the request timeout. A longer one means that the broker may hold the request back.
   */
  async request<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    options: { readonly timeoutMs?: number } = {},
  ): Promise<Response> {
    const link = await this.connected();
    return this.requestOn(link, api, request, options.timeoutMs ?? this.requestTimeoutMs);
  }

  /** Resolves to the features of the cluster as the broker of this connection knows them, asked once per connection. */
  async finalizedFeatures(): Promise<FinalizedFeatures> {
    const link = await this.connected();
    if (commonVersion(apiVersions, link.versions) === undefined) return none;
    if (this.features?.link !== link) this.features = { link, levels: this.requestOn(link, apiVersions, software, this.requestTimeoutMs) };
    return this.features.levels;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.link?.close();
    await this.opening?.catch(() => {});
  }

  private async requestOn<Request, Response>(
    link: Link,
    api: Api<Request, Response>,
    request: Request,
    timeoutMs: number,
  ): Promise<Response> {
    const version = versionFor(api, link);
    const frame = { apiKey: api.key, apiName: api.name, version, body: encoded(api, request, version), timeoutMs };
    const isHeldBack = timeoutMs > this.requestTimeoutMs;
    const send = async () => {
      try {
        const payload = await link.send(frame);
        this.observer.responseCame();
        return payload;
      } catch (error) {
        throw this.closing.signal.aborted ? closedFailure(link.where) : error;
      }
    };
    return this.decoded(link, api, await (isHeldBack ? send() : this.observed(send)), version);
  }

  /** Reads a response. When it can not be read, the connection is closed: what follows on it can not be trusted. */
  private decoded<Response>(link: Link, api: Api<never, Response>, payload: Buffer, version: number): Response {
    try {
      const response = decodeResponse(api, payload, version);
      this.faults = 0;
      return response;
    } catch (cause) {
      void link.close();
      const kind = ++this.faults < toleratedFaults ? 'retriable' : 'fatal';
      throw new DriverError(kind, -1, { what: `the response to ${api.name} ${version} can not be read`, where: link.where, cause });
    }
  }

  private async observed<T>(work: () => Promise<T>): Promise<T> {
    this.observer.requestBegins();
    try {
      return await work();
    } finally {
      this.observer.requestEnds();
    }
  }

  private connected(): Link | Promise<Link> {
    if (this.link?.usable === true) return this.link;
    this.opening ??= this.observed(() => this.open()).finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async open(): Promise<Link> {
    if (this.closing.signal.aborted) throw closedFailure('connection');
    const { host, port } = this.destination();
    this.link = await this.transport.open(host, port, this.closing.signal);
    return this.link;
  }
}

function encoded<Request>(api: Api<Request, unknown>, request: Request, version: number): readonly Buffer[] {
  try {
    return encodeRequest(api, request, version);
  } catch (cause) {
    throw new DriverError('fatal', -1, { what: `the request ${api.name} ${version} can not be written`, where: 'connection', cause });
  }
}

function versionFor(api: Api<never, unknown>, link: Link): number {
  const version = commonVersion(api, link.versions);
  if (version !== undefined) return version;
  const range = link.versions[api.key];
  const known = api.versions.join(' and ');
  const what =
    range === undefined
      ? `the broker does not serve ${api.name}`
      : `the broker serves ${api.name} in the versions ${range.minVersion} to ${range.maxVersion}; Ouzel knows ${known}`;
  const isTooNew = range !== undefined && range.minVersion > api.versions.at(-1)!;
  const help = isTooNew ? 'Use a newer version of Ouzel.' : 'Ouzel needs Kafka 2.5 or later.';
  throw new DriverError('fatal', ErrorCode.unsupportedVersion, { what, where: link.where, help }, 'OUZEL_BROKER_VERSION');
}
