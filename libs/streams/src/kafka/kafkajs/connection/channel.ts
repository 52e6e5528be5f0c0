import { DriverError } from '../../driver.js';
import { closedFailure } from './connection-failure.js';
import { commonVersion, decodeResponse, encodeRequest, type Api } from '../protocol/api.js';
import type { Frame, Link, Transport } from './transport.js';

/** Where a channel leads; looked up at each new connection, for brokers move. */
export type Destination = () => { readonly host: string; readonly port: number };

/** Told of each answer (undefined) and of each failure of a connection. */
export type Witness = (failure: DriverError | undefined) => void;

/**
 * One ordered conversation with one broker. Connects at the first request and again after a failure; never repeats a request by itself.
 * What must not wait behind a parked request needs a channel of its own.
 */
export class Channel {
  private link: Link | undefined;
  private opening: Promise<Link> | undefined;
  private readonly closing = new AbortController();

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
    const payload = await this.send(link, {
      apiKey: api.key,
      apiName: api.name,
      version,
      body: [encodeRequest(api, request, version)],
      timeoutMs,
    });
    return decoded(api, payload, version);
  }

  /** As `request`, with a body that was encoded in pieces. */
  async requestGathered<Response>(api: Api<never, Response>, encode: (version: number) => readonly Buffer[]): Promise<Response> {
    const link = await this.connected();
    const version = versionFor(api, link);
    const frame = { apiKey: api.key, apiName: api.name, version, body: encode(version), timeoutMs: this.requestTimeoutMs };
    return decoded(api, await this.send(link, frame), version);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.link?.close();
    await this.opening?.catch(() => {});
  }

  private async send(link: Link, frame: Frame): Promise<Buffer> {
    try {
      const payload = await link.send(frame);
      this.witness(undefined);
      return payload;
    } catch (error) {
      if (this.closing.signal.aborted) throw closedFailure(link.where);
      if (error instanceof DriverError) this.witness(error);
      throw error;
    }
  }

  private connected(): Link | Promise<Link> {
    if (this.link?.usable === true) return this.link;
    this.opening ??= this.open().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async open(): Promise<Link> {
    if (this.closing.signal.aborted) throw closedFailure('connection');
    const { host, port } = this.destination();
    try {
      const link = await this.transport.open(host, port, this.closing.signal);
      this.link = link;
      return link;
    } catch (error) {
      if (error instanceof DriverError && error.kind !== 'closed') this.witness(error);
      throw error;
    }
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
