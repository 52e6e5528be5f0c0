import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Container } from 'kubernetes-types/core/v1.js';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'deploy/kubernetes');

/** The types that stand for a kind: a module of kubernetes-types, whose name is that of the API. */
const moduleOf = (apiVersion: string) => `kubernetes-types/${apiVersion === 'v1' ? 'core/v1' : apiVersion}.js`;

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
const manifestsOf = (file: string) =>
  parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

/** What the compiler says of manifests as values of their types: a field that is misspelt or of a wrong type is a fault. */
function faultsOf(manifests: readonly Manifest[]): string[] {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const work = mkdtempSync(join(root, 'dist/manifests-'));
  try {
    const file = join(work, 'manifests.ts');
    const lines = manifests.flatMap((manifest, i) => [
      `import type { ${manifest.kind} as Kind${i} } from '${moduleOf(manifest.apiVersion)}';`,
      `export const manifest${i}: Kind${i} = ${JSON.stringify(manifest)};`,
    ]);
    writeFileSync(file, lines.join('\n'));
    const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
    return ts
      .getPreEmitDiagnostics(ts.createProgram([file], { ...options, types: [] }))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  } finally {
    rmSync(work, { recursive: true });
  }
}

describe('manifests for Kubernetes', () => {
  const manifests = files.flatMap(manifestsOf);
  const find = <T>(kind: string) => manifests.find((manifest) => manifest.kind === kind) as T | undefined;
  const set = find<StatefulSet>('StatefulSet')!;
  const pod = set.spec!.template.spec!;
  const container: Container = pod.containers[0]!;

  it('have the fields of their kinds', () => expect(faultsOf(manifests)).toEqual([]), 60_000);

  it('are found out where a field is misspelt', () => {
    const misspelt = { ...manifests[0]!, spec: { selektor: {} } };
    expect(faultsOf([misspelt])).toEqual([expect.stringContaining('selektor')]);
  }, 60_000);

  it('select the pods that they make', () => {
    const { labels } = set.spec!.template.metadata!;
    expect(set.spec!.selector.matchLabels).toEqual(labels);
    expect(find<PodDisruptionBudget>('PodDisruptionBudget')!.spec!.selector!.matchLabels).toEqual(labels);
    const services = manifests.filter(({ kind }) => kind === 'Service') as unknown[];
    for (const service of services as { spec: { selector: unknown } }[]) expect(service.spec.selector).toEqual(labels);
    expect(manifests.map(({ metadata }) => metadata.name)).toContain(set.spec!.serviceName);
  });

  it('ask the probes that Ouzel has, at a port that the container has', () => {
    const { startupProbe, livenessProbe, readinessProbe, ports } = container;
    const probes = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe!.httpGet!);
    expect(probes.map(({ path }) => path)).toEqual(['/health/startup', '/health/live', '/health/ready']);
    for (const { port } of probes) expect(ports!.map(({ name }) => name)).toContain(port);
  });

  it('leave time to close', () => {
    const wait = container.lifecycle!.preStop!.sleep!.seconds;
    const shutdownTimeout = 10;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(wait + shutdownTimeout);
  });

  it('keep the state in a volume of each instance', () => {
    const directory = container.env!.find(({ name }) => name === 'OUZEL_STATE_DIR')!.value;
    const mount = container.volumeMounts!.find(({ mountPath }) => mountPath === directory)!;
    expect(set.spec!.volumeClaimTemplates!.map(({ metadata }) => metadata!.name)).toContain(mount.name);
  });
});

describe('compose.yaml', () => {
  interface Compose {
    readonly services: Readonly<
      Record<string, { readonly image: string; readonly ports: readonly string[]; readonly environment: Readonly<Record<string, string>> }>
    >;
  }
  const { services, ...rest } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8')) as Compose;

  it('has services, and nothing else', () => {
    expect(rest).toEqual({});
    for (const service of Object.values(services)) expect(Object.keys(service).sort()).toEqual(['environment', 'image', 'ports']);
  });

  it('serves Kafka at the address that it advertises, on this machine only', () => {
    const { ports, environment, image } = services.kafka!;
    expect(image).toMatch(/^apache\/kafka:\d+\.\d+\.\d+$/);
    const [host, outside, inside] = ports[0]!.split(':');
    expect(host).toBe('127.0.0.1');
    expect(environment.KAFKA_ADVERTISED_LISTENERS).toBe(`PLAINTEXT://${host}:${outside}`);
    expect(environment.KAFKA_LISTENERS).toContain(`PLAINTEXT://0.0.0.0:${inside}`);
  });
});
