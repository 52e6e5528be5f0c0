import { createServer } from 'node:net';
import type { KafkaStreams, QueriesConfig, Topology } from '../index.js';
import { until, type EmbeddedApp } from '../embedded-app.spec-support.js';

export const sharedSecret = 'only instances of the test know';

/** Returns a port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Returns the configuration of an instance that others can ask. */
export async function asked(queries: QueriesConfig = {}): Promise<Record<string, unknown>> {
  const port = await freePort();
  return { applicationServer: `127.0.0.1:${port}`, queries: { listen: { port, host: '127.0.0.1' }, secret: sharedSecret, ...queries } };
}

/** Starts an instance with a state folder of its own, which others can ask. */
export async function startAsked(
  app: EmbeddedApp,
  name: string,
  topology: Topology,
  config: Record<string, unknown> = {},
): Promise<KafkaStreams> {
  return app.start(topology, { stateDirectory: app.stateFolder(name), consumer: { maxWait: 20 }, ...(await asked()), ...config });
}

/** Resolves when all instances process, and each has at least as many tasks as `counts` says. */
export async function shared(instances: readonly KafkaStreams[], counts: readonly number[]): Promise<void> {
  const hasTasks = (streams: KafkaStreams, i: number) => streams.status().tasks.length === counts[i];
  await until(() => instances.every(({ state }) => state === 'RUNNING') && instances.every(hasTasks));
}
