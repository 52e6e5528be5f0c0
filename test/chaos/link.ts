import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * What a link does with bytes. `open`: it passes them on. `cut`: connections break, and new ones too. `no-requests`,
 * `no-responses`: connections stand, and bytes of one direction do not arrive. `slow`: they arrive late.
 */
export type LinkMode = 'open' | 'cut' | 'no-requests' | 'no-responses' | 'slow';

/** How late bytes arrive on a slow link, ms. */
const delayMs = 120;

/** The way of one instance to Kafka, which can fail in whole. */
export class Link {
  private mode: LinkMode = 'open';
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (client) => this.connected(client));
  }

  static async to(target: number): Promise<Link> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Link(server, target);
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Changes the mode. Connections that lost bytes are broken when they are passed on again. */
  set(mode: LinkMode): void {
    const hadLost = this.mode === 'no-requests' || this.mode === 'no-responses';
    this.mode = mode;
    if (mode === 'cut' || hadLost) for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private connected(client: Socket): void {
    if (this.mode === 'cut') return void client.destroy();
    const broker = connect(this.target, '127.0.0.1');
    this.pass(client, broker, 'no-requests');
    this.pass(broker, client, 'no-responses');
  }

  private pass(from: Socket, to: Socket, lostIn: LinkMode): void {
    this.sockets.add(from);
    from.setNoDelay(true);
    from.on('error', () => from.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    // Bytes keep their order when the link is slow and then no more.
    let due = 0;
    from.on('data', (bytes: Buffer) => {
      if (this.mode === lostIn) return;
      const now = Date.now();
      due = Math.max(due, this.mode === 'slow' ? now + delayMs : now);
      if (due <= now) to.write(bytes);
      else setTimeout(() => to.write(bytes), due - now);
    });
  }
}
