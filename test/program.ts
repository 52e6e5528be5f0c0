import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** A program in a process of its own, and what it has printed so far. */
export class Program {
  private readonly child: ChildProcess;
  private text = '';
  readonly ended: Promise<Ended>;

  constructor(
    command: string,
    args: readonly string[],
    options: { readonly folder: string; readonly env?: Readonly<Record<string, string>> },
  ) {
    // The variables of Jest and of npm's scripts would reach the tools of another project, which take them for their
    // own.
    const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|JEST_|NODE_|OUZEL_)/i.test(name));
    const env = { ...Object.fromEntries(inherited), ...options.env };
    this.child = spawn(command, args, { cwd: options.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    this.ended = once(this.child, 'close').then((how) => {
      const [code, signal] = how as [number | null, NodeJS.Signals | null];
      return { code, signal, output: this.text };
    });
  }

  get output(): string {
    return this.text;
  }

  stop(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }

  /**
   * Resolves when `attempt` no longer throws. Throws what the program printed when it ends before that, or when a
   * minute has passed.
   */
  async until(attempt: () => void | Promise<void>): Promise<void> {
    const end = Date.now() + 60_000;
    for (;;) {
      try {
        return await attempt();
      } catch (cause) {
        const hasEnded = this.child.exitCode !== null || this.child.signalCode !== null;
        if (hasEnded || Date.now() > end) throw new Error(`the program did not get there; it printed:\n${this.text}`, { cause });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
