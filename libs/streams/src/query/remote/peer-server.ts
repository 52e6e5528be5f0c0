import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { asError, settledBefore, type Clock, type Logger, type Secret } from '@ouzel/core';
import type { StoreReplica } from '../store-replica.js';
import { StoreNotAvailableError } from '../store-not-available.js';
import { queryPath } from './peer-client.js';
import { isSigned } from './signature.js';
import type { WireCodec } from './wire-codec.js';
import { decodeData, type WireData } from './wire-data.js';
import { frameOf } from './wire-frames.js';
import { failureFrame, requestIn, type PeerFrame, type PeerRequest, type StoreRequest } from './wire-requests.js';

/** Bytes of the largest request. */
const maxRequestBytes = 1024 * 1024;
/** Requests that are responded to at one time. */
const maxRequests = 256;
/** Rows and bytes of a batch of a scan. */
const batchRows = 256;
const batchBytes = 64 * 1024;
/** How long a request may take to come in, and a reader may take nothing of a scan, ms. */
const requestTimeoutMs = 10_000;
const readerTimeoutMs = 60_000;

/** A store of this instance, and how its queries travel. */
export interface ServedStore {
  readonly replica: StoreReplica;
  readonly codec: WireCodec;
}

export interface PeerServerOptions {
  readonly application: string;
  /** The address that other instances know, which requests are signed for. */
  readonly server: string;
  /** Undefined: mutual TLS has proved who asks. */
  readonly secret: Secret<string> | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Returns a store of this instance, and never of another. Throws StoreNotAvailableError when its task is not here, and
   * when it is not sure that the task is still here.
   */
  storeOf(request: StoreRequest): ServedStore;
  /** Returns what the instance says about itself. */
  status(): WireData;
}

/**
 * Responds to the requests of other instances. It authenticates each request by itself, reads stores of this instance
 * only, and never asks another one.
 */
export class PeerServer {
  private open = 0;
  private readonly closing = new AbortController();

  constructor(private readonly options: PeerServerOptions) {}

  /** Handles a request and returns true where it is one of another instance; else leaves it and returns false. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.url?.split('?', 1)[0] !== queryPath(this.options.application)) return false;
    void this.respond(request, response).catch((thrown: unknown) => {
      this.options.logger.debug(`a query of another instance was broken off: ${asError(thrown).message}`);
      response.destroy();
    });
    return true;
  }

  /** For a server that has no other use. */
  readonly listener: RequestListener = (request, response) => {
    if (!this.handle(request, response)) refuse(response, 404);
  };

  /** Ends the scans that are under way. */
  close(): void {
    this.closing.abort();
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return refuse(response, 405);
    if (this.open >= maxRequests || this.closing.signal.aborted) return refuse(response, 503);
    this.open++;
    try {
      const body = await this.bodyOf(request);
      if (body === undefined) return refuse(response, 413);
      if (!this.isAllowed(request, body)) return refuse(response, 401);
      const asked = read(body);
      if (asked === undefined || asked.application !== this.options.application) return refuse(response, 400);
      response.writeHead(200, { 'content-type': 'application/vnd.ouzel.query', 'cache-control': 'no-store' });
      await this.answer(asked, response);
    } finally {
      this.open--;
    }
  }

  private isAllowed({ headers }: IncomingMessage, body: Buffer): boolean {
    const { secret, server, application, clock } = this.options;
    return secret === undefined || isSigned({ server, path: queryPath(application), body }, headers.authorization, secret, clock.now());
  }

  /** Returns undefined where the body is too large. */
  private async bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
    const cancel = this.options.clock.schedule(requestTimeoutMs, () => request.destroy());
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of request) {
        length += (chunk as Buffer).length;
        if (length > maxRequestBytes) return undefined;
        chunks.push(chunk as Buffer);
      }
      return Buffer.concat(chunks);
    } finally {
      cancel();
    }
  }

  private async answer(asked: PeerRequest, response: ServerResponse): Promise<void> {
    try {
      if (asked.kind === 'status')
        response.end(frameOf({ kind: 'answer', value: this.options.status(), lag: 0, position: {} } satisfies PeerFrame));
      else if (asked.kind === 'ask') await this.point(asked, response);
      else await this.scan(asked, response);
    } catch (thrown) {
      if (response.destroyed) return;
      const frame = failureFrame(thrown);
      if (frame.kind === 'failure' && frame.reason === null)
        this.options.logger.error(`a query of another instance has failed: ${asError(thrown).message}`, asError(thrown));
      response.end(frameOf(frame));
    }
  }

  private async point(asked: StoreRequest, response: ServerResponse): Promise<void> {
    const { replica, codec } = this.options.storeOf(asked);
    const { query, parameters, rule } = asked;
    const named = { name: query, parameters: codec.parametersFromWire(query, parameters), limit: 1 };
    const { value, lag, position } = await replica.ask(named, rule, 0);
    response.end(frameOf({ kind: 'answer', value: codec.resultToWire(query, value), lag, position } satisfies PeerFrame));
  }

  /** Sends the rows in batches, each when the reader has taken those before: no more than one batch waits here. */
  private async scan(asked: StoreRequest, response: ServerResponse): Promise<void> {
    const { replica, codec } = this.options.storeOf(asked);
    const { query, parameters, rule, limit } = asked;
    const named = { name: query, parameters: codec.parametersFromWire(query, parameters), limit };
    const { lag, position, entries } = await replica.scan(named, rule, 0);
    try {
      if (!(await this.sent(response, { kind: 'opened', lag, position }))) return;
      let rows: WireData[] = [];
      let bytes = 0;
      for (let next = await entries.next(); next.done !== true; next = await entries.next()) {
        const row = codec.resultToWire(query, next.value);
        rows.push(row);
        bytes += sizeOf(row);
        if (rows.length < batchRows && bytes < batchBytes) continue;
        if (this.closing.signal.aborted) throw new StoreNotAvailableError(asked.store, 'stopped');
        if (!(await this.sent(response, { kind: 'rows', rows }))) return;
        rows = [];
        bytes = 0;
      }
      if (rows.length > 0) await this.sent(response, { kind: 'rows', rows });
      response.end(frameOf({ kind: 'end' } satisfies PeerFrame));
    } finally {
      await entries.return?.();
    }
  }

  /** Resolves when the reader has taken what was sent; to false when it is gone, or takes nothing any more. */
  private async sent(response: ServerResponse, frame: PeerFrame): Promise<boolean> {
    if (response.destroyed) return false;
    if (response.write(frameOf(frame))) return true;
    const { clock } = this.options;
    const cancel = clock.schedule(readerTimeoutMs, () => response.destroy());
    const taken = new Promise<void>((resolve) => {
      response.once('drain', resolve);
      response.once('close', resolve);
    });
    await settledBefore(taken, this.closing.signal).finally(cancel);
    return !response.destroyed;
  }
}

function read(body: Buffer): PeerRequest | undefined {
  try {
    return requestIn(decodeData(body));
  } catch {
    return undefined;
  }
}

/** The connection is closed, because a body that was not read may follow. */
function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close', 'content-length': 0 }).end();
}

/** Returns about how many bytes a row takes. */
function sizeOf(row: WireData): number {
  if (row instanceof Uint8Array || typeof row === 'string') return row.length;
  if (!Array.isArray(row)) return 8;
  let bytes = 8;
  for (const item of row as readonly WireData[]) bytes += sizeOf(item);
  return bytes;
}
