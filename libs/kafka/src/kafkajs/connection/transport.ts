import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { asError } from '@ouzel/core';
import { Kafka, logLevel, type LogEntry } from 'kafkajs';
import { DriverError, type ResolvedKafkaConfig } from '../../client/index.js';
import type { DriverLogger } from '../config.js';
import { closedFailure, connectionFailure } from './connection-failure.js';
import { Credentials } from './credentials.js';
import { ResponseFrames } from './response-frames.js';
import type { ApiRanges } from '../../protocol/api.js';

// Only this file uses internals of kafkajs 2.2.4, which is pinned exactly. kafkajs opens sockets, encrypts and
// authenticates them, and matches responses to requests. A link is one Broker object of kafkajs with one socket. It is
// thrown away when it breaks: when kafkajs reuses a connection, the end event of the old socket can close the new one,
// and concurrent reconnects leak sockets.
//
// The interfaces below describe those internals; `clusterOf` checks that they exist.

interface KafkajsConnection {
  readonly socket: Socket | undefined;
  /** Set while kafkajs authenticates outside of requests, as brokers before Kafka 1.0 want it. */
  readonly authHandlers: object | null;
  isConnected(): boolean;
  isAuthenticated(): boolean;
  authenticate(): Promise<void>;
  nextCorrelationId(): number;
  processData(chunk: Buffer): void;
  rejectRequests(error: Error): void;
  disconnect(): Promise<unknown>;
  readonly requestQueue: KafkajsRequestQueue;
}
interface KafkajsRequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
  fulfillRequest(response: { readonly correlationId: number; readonly payload: Buffer; readonly size: number }): void;
  push(request: {
    readonly entry: {
      readonly apiKey: number;
      readonly apiName: string;
      readonly apiVersion: number;
      readonly correlationId: number;
      resolve(response: { readonly payload: Buffer }): void;
      reject(error: Error): void;
    };
    readonly expectResponse: true;
    readonly requestTimeout: number;
    sendRequest(): void;
  }): void;
}
interface KafkajsPool {
  readonly pool: readonly KafkajsConnection[];
}
interface KafkajsBroker {
  readonly versions: ApiRanges;
  connect(): Promise<void>;
}
interface KafkajsCluster {
  readonly rootLogger: unknown;
  readonly connectionPoolBuilder: { build(address: { host: string; port: number }): Promise<KafkajsPool> };
  readonly brokerPool: { createBroker(options: { connectionPool: KafkajsPool; logger: unknown }): KafkajsBroker };
}

/** A request as it goes over the wire. The link writes the header; the pieces of the body are not copied. */
export interface Frame {
  readonly apiKey: number;
  readonly apiName: string;
  readonly version: number;
  readonly body: readonly Buffer[];
  /** Time until the request fails, ms. It can only lengthen the link's own, which is at most 10 s. */
  readonly timeoutMs: number;
}

const connectTimeoutMs = 10_000;
const shortestRequestTimeoutMs = 10_000;
const keepAliveMs = 60_000;
/** kafkajs fails when this is longer than the time that brokers allow between authentications (KIP-368). */
const reauthenticationThresholdMs = 2_000;

/** Opens connections to brokers. The objects of kafkajs hold the credentials, so they are in private fields. */
export class Transport {
  readonly #cluster: KafkajsCluster;
  readonly #credentials: Credentials;
  private readonly clientId: string;

  constructor({ requestTimeout, ...config }: ResolvedKafkaConfig, clientId: string, logger: DriverLogger | undefined) {
    this.clientId = config.clientId ?? clientId;
    this.#credentials = new Credentials(config);
    const { mechanism } = this.#credentials;
    this.#cluster = clusterOf(
      new Kafka({
        brokers: [...config.brokers],
        clientId: this.clientId,
        ...(mechanism === undefined ? {} : { sasl: mechanism }),
        connectionTimeout: Math.min(requestTimeout, connectTimeoutMs),
        authenticationTimeout: Math.min(requestTimeout, connectTimeoutMs),
        reauthenticationThreshold: reauthenticationThresholdMs,
        requestTimeout: Math.min(requestTimeout, shortestRequestTimeoutMs),
        socketFactory: ({ host, port, onConnect }) => openSocket(host, port, this.#credentials.tls, onConnect),
        logLevel: logLevel.WARN,
        logCreator: () => (entry) => warn(logger, entry),
      }),
    );
  }

  /** Resolves to a link that is connected and authenticated. `closing` ends the attempt. */
  async open(host: string, port: number, closing: AbortSignal): Promise<Link> {
    const where = `connection to ${host}:${port}`;
    const pool = await this.#cluster.connectionPoolBuilder.build({ host, port });
    const broker = this.#cluster.brokerPool.createBroker({ connectionPool: pool, logger: this.#cluster.rootLogger });
    const connection = pool.pool[0]!;
    withoutIdleTimer(connection.requestQueue);
    receiveInFrames(connection, where);
    const cancel = () => connection.socket?.destroy(closedFailure(where));
    closing.addEventListener('abort', cancel);
    try {
      await this.#credentials.refresh();
      if (closing.aborted) throw closedFailure(where);
      await broker.connect();
      if (closing.aborted) throw closedFailure(where);
      return new Link(connection, broker.versions, this.clientId, this.#credentials, where);
    } catch (error) {
      await end(connection, closedFailure(where));
      throw closing.aborted ? closedFailure(where) : connectionFailure(error, where);
    } finally {
      closing.removeEventListener('abort', cancel);
    }
  }
}

/** One connection to a broker, from its opening to its first failure. Responses come in the order of the requests. */
export class Link {
  readonly #connection: KafkajsConnection;
  readonly #credentials: Credentials;
  private failed = false;

  constructor(
    connection: KafkajsConnection,
    readonly versions: ApiRanges,
    private readonly clientId: string,
    credentials: Credentials,
    readonly where: string,
  ) {
    this.#connection = connection;
    this.#credentials = credentials;
  }

  get usable(): boolean {
    return !this.failed && this.#connection.isConnected();
  }

  /**
   * Resolves to the bytes behind the correlation id of the response. After any failure the link is not usable, and the
   * broker may have processed the request or not.
   */
  async send(frame: Frame): Promise<Buffer> {
    const connection = this.#connection;
    try {
      if (this.#credentials.mechanism !== undefined && !connection.isAuthenticated()) await this.authenticate();
      return await new Promise<Buffer>((resolve, reject) => {
        if (!this.usable) return reject(new Error('the broker closed the connection'));
        const correlationId = connection.nextCorrelationId();
        connection.requestQueue.push({
          entry: {
            apiKey: frame.apiKey,
            apiName: frame.apiName,
            apiVersion: frame.version,
            correlationId,
            resolve: ({ payload }) => resolve(payload),
            reject,
          },
          expectResponse: true,
          requestTimeout: frame.timeoutMs,
          sendRequest: () => this.write(frame, correlationId),
        });
      });
    } catch (error) {
      void this.close();
      throw connectionFailure(error, `${frame.apiName}, ${this.where}`);
    }
  }

  private async authenticate(): Promise<void> {
    await this.#credentials.refresh();
    await this.#connection.authenticate();
  }

  /** Requests that are under way fail at once. */
  async close(): Promise<void> {
    if (this.failed) return;
    this.failed = true;
    await end(this.#connection, connectionFailure(new Error('the connection was closed with requests under way'), this.where));
  }

  // size int32 | api key int16 | version int16 | correlation id int32 | client id: length int16, UTF-8 | body
  private write({ apiKey, version, body }: Frame, correlationId: number): void {
    const nameSize = Buffer.byteLength(this.clientId);
    const header = Buffer.allocUnsafe(14 + nameSize);
    let size = header.length - 4;
    for (const piece of body) size += piece.length;
    header.writeInt32BE(size, 0);
    header.writeInt16BE(apiKey, 4);
    header.writeInt16BE(version, 6);
    header.writeInt32BE(correlationId, 8);
    header.writeInt16BE(nameSize, 12);
    header.write(this.clientId, 14);
    const socket = this.#connection.socket!;
    socket.cork();
    socket.write(header);
    for (const piece of body) socket.write(piece);
    socket.uncork();
  }
}

/** Returns kafkajs' cluster object. The only public way to it is a partition assigner, which receives it. */
function clusterOf(kafka: Kafka): KafkajsCluster {
  let cluster: KafkajsCluster | undefined;
  kafka.consumer({
    groupId: 'unused',
    partitionAssigners: [
      (assigner) => {
        // kafkajs declares only a part of this object. The parts that are used are checked below.
        cluster = assigner.cluster as unknown as KafkajsCluster;
        return { name: 'unused', version: 0, assign: async () => [], protocol: () => ({ name: 'unused', metadata: Buffer.alloc(0) }) };
      },
    ],
  });
  if (typeof cluster?.connectionPoolBuilder?.build !== 'function' || typeof cluster.brokerPool?.createBroker !== 'function') {
    throw new DriverError('fatal', -1, {
      what: 'the internals of kafkajs are not those of version 2.2.4',
      where: '@ouzel/kafka/kafkajs',
      help: 'Install kafkajs 2.2.4, and let nothing override its version.',
    });
  }
  return cluster;
}

/**
 * Keeps kafkajs from running a timer every millisecond on each connection. The timer is for throttling by the client,
 * and brokers throttle by themselves.
 */
function withoutIdleTimer(queue: KafkajsRequestQueue): void {
  const schedule = queue.scheduleCheckPendingRequests.bind(queue);
  queue.scheduleCheckPendingRequests = () => {
    if (queue.pending.length > 0) schedule();
  };
}

/**
 * Replaces kafkajs' framing. That one ends the process when a size is negative, and waits for ever when a size is
 * impossibly large.
 */
function receiveInFrames(connection: KafkajsConnection, where: string): void {
  const { requestQueue } = connection;
  const processAuthentication = connection.processData.bind(connection);
  const frames = new ResponseFrames((correlationId, payload) =>
    requestQueue.fulfillRequest({ correlationId, payload, size: payload.length }),
  );
  connection.processData = (chunk) => {
    if (connection.authHandlers !== null) return processAuthentication(chunk);
    try {
      frames.push(chunk);
    } catch (cause) {
      const parts = { what: asError(cause).message, where, help: 'Check that this is the address of a Kafka broker.', cause };
      connection.rejectRequests(new DriverError('retriable', -1, parts));
      connection.socket?.destroy();
    }
  };
}

/**
 * Ends a connection at once. kafkajs' `disconnect` alone waits for parked requests, and closes the socket only half.
 */
async function end(connection: KafkajsConnection, error: Error): Promise<void> {
  const { socket } = connection;
  for (const event of ['data', 'end', 'error', 'timeout']) socket?.removeAllListeners(event);
  socket?.on('error', () => {});
  connection.rejectRequests(error);
  await connection.disconnect();
  socket?.destroy();
}

function openSocket(host: string, port: number, tls: Credentials['tls'], onConnect: () => void): Socket {
  const options = tls === true ? {} : tls;
  const socket = options
    ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...options }, onConnect)
    : connectTcp({ host, port }, onConnect);
  socket.setKeepAlive(true, keepAliveMs);
  socket.setNoDelay(true);
  return socket;
}

/** Passes on warnings of kafkajs. Those about connections are left out, because their failures are thrown. */
function warn(logger: DriverLogger | undefined, { namespace, log }: LogEntry): void {
  if (namespace !== 'Connection') logger?.warn(`kafkajs: ${log.message}`);
}
