import { abortController } from '@ouzel/core';
import { DriverError } from '../../client/index.js';
import { closedFailure } from './connection-failure.js';
import { commonVersion, decodeResponse, encodeRequest, type Api } from '../../protocol/api.js';
import type { Frame, Link, Transport } from './transport.js';

/** Where a channel leads; looked up at each new connection, for brokers move. */
export type Destination = () => { readonly host: string; readonly port: number };

/** Told what becomes of requests. */
export interface Witness {
  /** A connection is opened or a request sent that is to be answered at once. */
  asked(): void;
  /** What was asked is answered or failed. */
  over(): void;
  /** An answer came, to a request of any kind. */
  answered(): void;
}

/**
 * One ordered conversation with one broker. Connects at the first request and again after a failure; never repeats a request by itself.
 * What must not wait behind a parked request needs a channel of its own.
 */
export class Channel {
  private link: Link | undefined;
  private opening: Promise<Link> | undefined;
  private readonly closing = abortController();

  constructor(
    private readonly transport: Transport,
    private readonly destination: Destination,
    private readonly requestTimeoutMs: number,
    private readonly witness: Witness,
  ) {}

  /** Throws `retriable` when the connection fails, `fatal` when the broker speaks no version of this request that we speak. Error codes are the caller's. */
  async request<Request, Response>(
    api: Api<Request, Response>,
    request: Request,
    options: { readonly timeoutMs?: number } = {},
  ): Promise<Response> {
    const link = await this.connected();
    const version = versionFor(api, link);
    const timeoutMs = options.timeoutMs ?? this.requestTimeoutMs;
    const frame = { apiKey: api.key, apiName: api.name, version, body: [encodeRequest(api, request, version)], timeoutMs };
    const isHeld = timeoutMs > this.requestTimeoutMs;
    const payload = await (isHeld ? this.send(link, frame) : this.witnessed(() => this.send(link, frame)));
    return decoded(api, payload, version);
  }

  /** As `request`, with a body that was encoded in pieces. */
  async requestGathered<Response>(api: Api<never, Response>, encode: (version: number) => readonly Buffer[]): Promise<Response> {
    const link = await this.connected();
    const version = versionFor(api, link);
    const frame = { apiKey: api.key, apiName: api.name, version, body: encode(version), timeoutMs: this.requestTimeoutMs };
    return decoded(api, await this.witnessed(() => this.send(link, frame)), version);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.link?.close();
    await this.opening?.catch(() => {});
  }

  private async send(link: Link, frame: Frame): Promise<Buffer> {
    try {
      const payload = await link.send(frame);
      this.witness.answered();
      return payload;
    } catch (error) {
      throw this.closing.signal.aborted ? closedFailure(link.where) : error;
    }
  }

  private async witnessed<T>(work: () => Promise<T>): Promise<T> {
    this.witness.asked();
    try {
      return await work();
    } finally {
      this.witness.over();
    }
  }

  private connected(): Link | Promise<Link> {
    if (this.link?.usable === true) return this.link;
    this.opening ??= this.witnessed(() => this.open()).finally(() => {
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

function decoded<Response>(api: Api<never, Response>, payload: Buffer, version: number): Response {
  try {
    return decodeResponse(api, payload, version);
  } catch (cause) {
    throw new DriverError('fatal', -1, { what: `the answer to ${api.name} ${version} can not be read`, where: 'connection', cause });
  }
}

function versionFor(api: Api<never, unknown>, link: Link): number {
  const version = commonVersion(api, link.versions);
  if (version !== undefined) return version;
  const range = link.versions[api.key];
  const offered = range === undefined ? 'none' : `${range.minVersion} to ${range.maxVersion}`;
  throw new DriverError('fatal', 35, {
    what: `the broker speaks no version of ${api.name} that Ouzel speaks (offered: ${offered}; known: ${api.versions.join(', ')})`,
    where: link.where,
    help: 'Ouzel needs Kafka 2.5 or later.',
  });
}
