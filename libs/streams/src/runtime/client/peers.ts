import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { OuzelError, type Clock } from '@ouzel/core';
import type { ResolvedConfig } from '../../config/streams-config.js';
import { PeerClient } from '../../query/remote/peer-client.js';
import { peerRule } from '../../query/remote/peer-rule.js';
import { PeerServer, type PeerServerOptions } from '../../query/remote/peer-server.js';

/** How long a query waits where other instances can be asked, ms. */
const defaultDeadlineMs = 5_000;

/** Returns what asks other instances; undefined where the configuration has no proof to send. */
export function createPeerClient({ queries, applicationServer }: ResolvedConfig, clock: Clock): PeerClient | undefined {
  const { secret, tls, allow } = queries;
  if (applicationServer === undefined || (secret === undefined && tls === undefined)) return undefined;
  return new PeerClient({ rule: peerRule(applicationServer, allow), clock, secret, tls: tlsOf(queries) });
}

/** Returns how long a query waits where its options do not say it, ms. */
export function deadlineOf({ queries }: ResolvedConfig, peers: PeerClient | undefined): number {
  return queries.deadline ?? (peers === undefined ? 0 : defaultDeadlineMs);
}

/** The endpoint that other instances ask. It is there from the beginning, and listens from the start to the end. */
export class QueryEndpoint {
  private readonly responder: PeerServer | undefined;
  private server: Server | undefined;

  constructor(
    private readonly config: ResolvedConfig,
    clock: Clock,
    parts: Pick<PeerServerOptions, 'storeOf' | 'status'>,
  ) {
    const { queries, applicationServer, applicationId: application, logger } = config;
    if (queries.listen === undefined || applicationServer === undefined) return;
    this.responder = new PeerServer({ ...parts, application, server: applicationServer, secret: queries.secret, clock, logger });
  }

  /** Handles a request of another instance and returns true; returns false for any other request. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    return this.responder?.handle(request, response) ?? false;
  }

  /** Listens, where the configuration has a port. Rejects with OUZEL_CONFIG where that is not possible. */
  async start(): Promise<void> {
    const { queries, logger } = this.config;
    const { listen } = queries;
    if (this.responder === undefined || listen === undefined || listen === 'application') return;
    const { listener } = this.responder;
    const tls = tlsOf(queries);
    const isMutual = tls?.ca !== undefined;
    const server =
      tls === undefined
        ? createHttpServer(listener)
        : createHttpsServer({ ...tls, requestCert: isMutual, rejectUnauthorized: isMutual }, listener);
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      const failed = (cause: Error) =>
        reject(new OuzelError('OUZEL_CONFIG', { what: `queries.listen: can not listen on ${listen.host}:${listen.port}`, cause }));
      server.once('error', failed);
      server.listen(listen.port, listen.host, () => {
        server.off('error', failed);
        resolve();
      });
    });
    server.on('error', (error) => logger.error(`the endpoint of queries has failed: ${error.message}`, error));
    // The endpoint does not keep the process alive: the client does.
    server.unref();
  }

  /** Ends what is under way and stops listening. May be called twice. */
  async close(): Promise<void> {
    this.responder?.close();
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}

function tlsOf({ tls }: ResolvedConfig['queries']): SecureContextOptions | undefined {
  if (tls === undefined) return undefined;
  const { key, cert, ca, passphrase } = tls;
  return {
    ...(key === undefined ? {} : { key: key.reveal() }),
    ...(cert === undefined ? {} : { cert }),
    ...(ca === undefined ? {} : { ca }),
    ...(passphrase === undefined ? {} : { passphrase: passphrase.reveal() }),
  };
}
