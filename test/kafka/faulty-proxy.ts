import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How the network fails a request:
 *
 * - `request-lost`: the connection breaks before the broker has the request.
 * - `response-lost`: the connection breaks before the client has the response.
 * - `request-late`: the connection breaks, and the broker gets the request when the client has gone on without it.
 * - `response-late`: the response, and all that follow on the connection, come late.
 * - `response-doubled`: the client gets the response twice.
 */
export type Fault = 'request-lost' | 'response-lost' | 'request-late' | 'response-late' | 'response-doubled';

/** How late a request or a response comes, ms. */
const delayMs = 150;

/**
 * Stands between clients and a broker, understands where requests begin and end, and fails those that a test chooses.
 *
 * The broker talks to itself through its advertised address too. Such requests never fail, and are not counted: only
 * those of the client under test are.
 */
export class FaultyProxy {
  /** The requests that came, and those that failed, by API key. */
  readonly requests: number[] = [];
  readonly failed: number[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly late = new Set<Promise<void>>();
  private choose: (apiKey: number) => Fault | undefined = () => undefined;

  private constructor(
    private readonly server: Server,
    private readonly brokerPort: number,
    private readonly clientId: string,
  ) {
    server.on('connection', (client) => this.connected(client));
  }

  static async to(brokerPort: number, clientId: string): Promise<FaultyProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultyProxy(server, brokerPort, clientId);
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Fails the requests for which `choose` returns a fault, from now on. */
  fail(choose: (apiKey: number) => Fault | undefined): void {
    this.choose = choose;
  }

  /** Passes on everything, and forgets what came. */
  heal(): void {
    this.choose = () => undefined;
    this.requests.length = 0;
    this.failed.length = 0;
  }

  /** Resolves when the broker has all requests that are late. */
  async allDelivered(): Promise<void> {
    await Promise.all(this.late);
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private connected(client: Socket): void {
    const broker = connect(this.brokerPort, '127.0.0.1');
    const faults = new Map<number, Fault>();
    this.keep(client, broker);
    this.keep(broker, client);
    inFrames(client, (frame) => {
      if (client.destroyed) return;
      const [apiKey, correlationId] = [frame.readInt16BE(4), frame.readInt32BE(8)];
      const isUnderTest = frame.toString('utf8', 14, 14 + frame.readInt16BE(12)) === this.clientId;
      const fault = isUnderTest ? this.choose(apiKey) : undefined;
      if (isUnderTest) this.requests.push(apiKey);
      if (fault !== undefined) {
        this.failed.push(apiKey);
        faults.set(correlationId, fault);
      }
      if (fault === 'request-lost') client.destroy();
      else if (fault === 'request-late') this.deliverLate(frame, client, broker);
      else broker.write(frame);
    });
    let written = Promise.resolve();
    inFrames(broker, (frame) => {
      const fault = faults.get(frame.readInt32BE(4));
      faults.delete(frame.readInt32BE(4));
      if (fault === 'response-late') written = written.then(() => sleep(delayMs));
      written = written.then(() => {
        if (fault === 'response-lost') return void client.destroy();
        client.write(frame);
        if (fault === 'response-doubled') client.write(frame);
      });
    });
  }

  private deliverLate(frame: Buffer, client: Socket, broker: Socket): void {
    client.removeAllListeners('close').destroy();
    this.sockets.delete(client);
    const delivery = sleep(delayMs).then(() => {
      broker.end(frame);
      return once(broker, 'close');
    });
    const settled = delivery.then(() => void this.late.delete(settled));
    this.late.add(settled);
  }

  /** Ends one side of a connection with the other. */
  private keep(socket: Socket, other: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      other.destroy();
    });
  }
}

/** Calls `received` with each frame of a connection: its size in four bytes, and as many bytes as that. */
function inFrames(socket: Socket, received: (frame: Buffer) => void): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
      const end = 4 + pending.readInt32BE(0);
      received(pending.subarray(0, end));
      pending = pending.subarray(end);
    }
  });
}
