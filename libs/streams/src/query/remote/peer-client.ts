import { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { OuzelError, type Clock, type Secret } from '@ouzel/core';
import { StoreNotAvailableError } from '../store-not-available.js';
import type { PeerAddress, PeerRule } from './peer-rule.js';
import { signatureOf } from './signature.js';
import { encodeData } from './wire-data.js';
import { framesIn } from './wire-frames.js';
import { frameIn, type PeerFrame, type PeerRequest } from './wire-requests.js';

/** How long another instance may take for the next rows of a scan, ms. */
const rowsTimeoutMs = 30_000;
/** How long an idle connection is kept, ms. Less than the 5 s after which Node's servers close it. */
const idleTimeoutMs = 4_000;

export interface PeerClientOptions {
  readonly rule: PeerRule;
  readonly clock: Clock;
  readonly secret: Secret<string> | undefined;
  /** Key, certificate and authorities; undefined: plain HTTP. */
  readonly tls: SecureContextOptions | undefined;
}

/** The frames of a response. It holds a connection until it is read to the end, or closed. */
export interface PeerStream {
  readonly first: Answered;
  readonly rest: AsyncIterator<Answered>;
  close(): void;
}

type Answered = Exclude<PeerFrame, { readonly kind: 'failure' }>;

/** Returns the path of the queries of an application. */
export function queryPath(application: string): string {
  return `/ouzel/queries/${application}`;
}

/**
 * Sends requests to other instances. It asks only addresses that its rule admits, follows no redirect, and sends nothing
 * but the request and its signature. All failures are StoreNotAvailableErrors, or errors that the other instance names.
 */
export class PeerClient {
  private readonly agent: HttpAgent;
  private readonly isSecure: boolean;

  constructor(private readonly options: PeerClientOptions) {
    const { tls } = options;
    const kept = { keepAlive: true, maxFreeSockets: 16, timeout: idleTimeoutMs };
    this.isSecure = tls !== undefined;
    this.agent = tls === undefined ? new HttpAgent(kept) : new HttpsAgent({ ...kept, ...tls });
  }

  /** Returns whether an address that the group publishes may be asked. */
  canAsk(server: string | null): server is string {
    return server !== null && this.options.rule.admit(server) !== undefined;
  }

  /**
   * Sends a request and waits for the first frame of its response, `patienceMs` at most. `subject` is the store that
   * errors name.
   */
  async exchange(server: string, subject: string, request: PeerRequest, patienceMs: number): Promise<PeerStream> {
    const address = this.options.rule.admit(server);
    if (address === undefined) throw new StoreNotAvailableError(subject, 'elsewhere', server);
    const { sent, response: responded } = this.send(server, address, request, subject);
    const cancel = this.options.clock.schedule(Math.max(1, patienceMs), () => sent.destroy());
    try {
      const response = await responded;
      const rest = this.frames(response, subject, server);
      const first = await rest.next();
      if (first.done === true) throw new StoreNotAvailableError(subject, 'unreachable', server);
      return { first: first.value, rest, close: () => void (response.complete || response.destroy()) };
    } catch (thrown) {
      throw thrown instanceof OuzelError ? thrown : new StoreNotAvailableError(subject, 'unreachable', server);
    } finally {
      cancel();
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private send(
    server: string,
    { host, port }: PeerAddress,
    request: PeerRequest,
    subject: string,
  ): { readonly sent: ClientRequest; readonly response: Promise<IncomingMessage> } {
    const { secret, clock } = this.options;
    const body = encodeData(request);
    const path = queryPath(request.application);
    const sent = (this.isSecure ? httpsRequest : httpRequest)({
      method: 'POST',
      host,
      port,
      path,
      agent: this.agent,
      lookup: this.lookup,
      headers: {
        host: server,
        'content-type': 'application/vnd.ouzel.query',
        'content-length': body.length,
        ...(secret === undefined ? {} : { authorization: signatureOf({ server, path, body }, secret, clock.now()) }),
      },
    });
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      sent.on('response', (response) => {
        const { statusCode = 0 } = response;
        // Whoever reads sees the failure; after the last read nobody needs it.
        response.on('error', () => {});
        if (statusCode === 200) return resolve(response);
        response.destroy();
        reject(new StoreNotAvailableError(subject, statusCode === 503 ? 'busy' : 'refused', server));
      });
      sent.on('error', reject);
      sent.on('close', () => reject(new Error('the connection was closed')));
    });
    sent.end(body);
    return { sent, response };
  }

  /** Refuses names that stand for addresses that are never asked. */
  private readonly lookup: LookupFunction = (hostname, options, done) => {
    systemLookup(hostname, { ...options, all: true }, (failure, addresses) => {
      if (failure !== null) return done(failure, []);
      const admitted = addresses.filter(({ address }) => this.options.rule.admitsResolved(address));
      if (admitted.length === 0) return done(new Error('the name stands for no address that may be asked'), []);
      if (options.all === true) done(null, admitted);
      else done(null, admitted[0]!.address, admitted[0]!.family);
    });
  };

  private async *frames(response: IncomingMessage, subject: string, server: string): AsyncGenerator<Answered> {
    const frames = framesIn(response);
    const broken = () => {
      throw new StoreNotAvailableError(subject, 'unreachable', server);
    };
    try {
      for (;;) {
        const cancel = this.options.clock.schedule(rowsTimeoutMs, () => response.destroy());
        const next = await frames.next().catch(broken).finally(cancel);
        if (next.done === true) return;
        yield frameIn(next.value, subject);
      }
    } finally {
      if (!response.complete) response.destroy();
    }
  }
}
