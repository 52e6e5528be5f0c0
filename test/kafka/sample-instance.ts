import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePorts } from '../../scripts/kafka-cluster.mjs';

const root = join(import.meta.dirname, '..', '..');

/** Calls `ask` until it returns something. Rejects with its last error after `timeoutMs`. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: Error | undefined;
  while (Date.now() < deadline) {
    try {
      const found = await ask();
      if (found !== undefined) return found;
    } catch (thrown) {
      last = thrown as Error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not within ${timeoutMs} ms${last === undefined ? '' : `: ${last.message}`}`);
}

export interface InstanceOptions {
  readonly brokers: string;
  readonly stateDir: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** One process of the sample app, on a port of its own, with its generator off. */
export class SampleInstance {
  output = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data: Buffer) => (this.output += data.toString()));
  }

  static async start({ brokers, stateDir, env }: InstanceOptions): Promise<SampleInstance> {
    const [port] = (await freePorts(1)) as [number];
    const child = spawn(process.execPath, ['dist/sample-app/main.js'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        KAFKA_BROKERS: brokers,
        OUZEL_STATE_DIR: stateDir,
        PORT: String(port),
        PAYMENTS_PER_SECOND: '0',
        ...env,
      },
    });
    return new SampleInstance(child, port);
  }

  get exited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async get(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`);
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as unknown) : text };
  }

  async isReady(): Promise<boolean> {
    return (await this.get('/health/ready')).status === 200;
  }

  async ready(timeoutMs = 60_000): Promise<void> {
    try {
      await eventually('readiness', async () => ((await this.isReady()) ? true : undefined), timeoutMs);
    } catch (error) {
      throw new Error(`${String(error)}\n${this.output}`);
    }
  }

  /** Returns the count of each user that this instance owns. */
  async counts(): Promise<Map<string, number>> {
    const { status, body } = await this.get('/totals?limit=100000');
    if (status !== 200) throw new Error(`GET /totals returned ${status}`);
    return new Map((body as { key: string; value: { count: number } }[]).map(({ key, value }) => [key, value.count]));
  }

  /** Returns the sum of a metric over its labels. */
  async metric(name: string): Promise<number> {
    const { body } = await this.get('/metrics');
    const lines = String(body)
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  async kill(): Promise<void> {
    if (this.exited) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  /** Stops the process as Ctrl-C does. Returns how long that took, in ms. */
  async stop(): Promise<number> {
    const started = Date.now();
    if (!this.exited) {
      this.child.kill('SIGINT');
      await once(this.child, 'exit');
    }
    return Date.now() - started;
  }
}
