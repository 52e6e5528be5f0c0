/**
 * Ouzel as a peer of the bench: one workload per process. It reads the topic --in in the group --group, writes the
 * topic --out, runs until SIGTERM, and prints one line of JSON at the end.
 */
import { parseArgs } from 'node:util';
import { KafkaStreams } from '@ouzel/streams';
import { topologyOf } from './workloads.js';

const { values } = parseArgs({
  strict: false,
  args: process.argv.slice(2),
  options: {
    workload: { type: 'string' },
    brokers: { type: 'string' },
    in: { type: 'string' },
    out: { type: 'string' },
    group: { type: 'string' },
    'state-dir': { type: 'string' },
    'commit-ms': { type: 'string' },
    cache: { type: 'string' },
    eos: { type: 'string' },
    linger: { type: 'string' },
  },
});
const text = (name: string): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined);
const required = (name: string): string => {
  const value = text(name);
  if (value === undefined) throw new Error(`--${name} is required`);
  return value;
};

const workload = required('workload');
const isRestore = workload === 'W8';
let firstMs = 0;
const seen = () => {
  firstMs ||= Date.now();
};
const started = Date.now();
const inputs = required('in').split(',');
const linger = text('linger');
const cache = text('cache');
const streams = new KafkaStreams(topologyOf(workload, inputs, required('out'), seen), {
  applicationId: required('group'),
  kafka: { brokers: required('brokers').split(',') },
  stateDirectory: required('state-dir'),
  processingGuarantee: text('eos') === 'true' ? 'exactly_once_v2' : 'at_least_once',
  commitInterval: Number(text('commit-ms') ?? 1_000),
  ...(cache === undefined ? {} : { cacheMaxBytes: Number(cache) }),
  producer: linger === undefined ? {} : { linger: Number(linger) },
  logger: { debug() {}, info() {}, warn: (message: string) => console.error(message), error: (message: string) => console.error(message) },
});

const restore = { from: 0, to: 0, records: 0 };
streams.onRestore(({ kind, records }) => {
  if (kind === 'start') restore.from ||= Date.now();
  if (kind !== 'end') return;
  restore.to = Date.now();
  restore.records += records;
});

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  const runningMs = Date.now() - started;
  await streams.close({ timeout: '30s' });
  const restored = isRestore ? { restored: restore.records, restore_ms: restore.to - restore.from, running_ms: runningMs } : {};
  console.log(
    JSON.stringify({
      peer: 'ouzel',
      workload,
      first_ms: firstMs,
      start_ms: started,
      ...restored,
      version: `ouzel, node ${process.versions.node}`,
    }),
  );
  process.exit(0);
}
process.on('SIGTERM', () => void stop());
streams.onStateChange((to) => {
  if (to === 'RUNNING' && isRestore) void stop();
  if (to === 'ERROR') process.exit(1);
});
await streams.start();
// Keeps the process alive while it waits.
setInterval(() => {}, 60_000);
