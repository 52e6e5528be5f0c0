// node dist/chaos/program.js: one instance. The environment has BROKERS, APP (it begins the names of the topics, and is
// the application id), STATE (a folder), GUARANTEE, STANDBYS, ACCEPTABLE_LAG, SESSION and TRANSACTION (ms). It prints its states
// and what it logs, tells its parent of its tasks and of restores, runs until SIGTERM, and exits with 1 when its client
// fails.
import { KafkaStreams } from '@ouzel/streams';
import type { Sign } from './sign.js';
import { chaosTopology } from './topology.js';

/** How often the parent hears of the tasks, ms. */
const signMs = 200;

const { BROKERS, APP, STATE, GUARANTEE, STANDBYS, ACCEPTABLE_LAG, SESSION, TRANSACTION } = process.env as Readonly<Record<string, string>>;

const streams = new KafkaStreams(
  chaosTopology((name) => `${APP}-${name}`),
  {
    applicationId: APP!,
    kafka: { brokers: BROKERS!.split(','), requestTimeout: '5s' },
    stateDirectory: STATE!,
    processingGuarantee: GUARANTEE as 'at_least_once' | 'exactly_once_v2',
    // The load aborts some of its transactions.
    isolation: 'read_committed',
    commitInterval: '100ms',
    numStandbyReplicas: Number(STANDBYS),
    acceptableRecoveryLag: Number(ACCEPTABLE_LAG),
    // Each change must show as an output.
    cacheMaxBytes: 0,
    sessionTimeout: Number(SESSION),
    transactionTimeout: Number(TRANSACTION),
    heartbeatInterval: Number(SESSION) / 6,
    // The repartition topic is read at the end of the run.
    repartitionPurgeInterval: '1h',
    consumer: { maxWait: '100ms' },
  },
);
streams.onStateChange((state) => {
  console.log(`state ${state}`);
  if (state === 'ERROR') {
    console.log(`failed ${streams.status().failure?.stack}`);
    void streams.close({ timeout: '5s' }).finally(() => process.exit(1));
  }
});
const tell = (sign: Sign) => process.send?.(sign);
streams.onRestore((event) => {
  if (event.kind === 'end') tell({ restored: event });
});
setInterval(() => {
  const { state, tasks, standbys } = streams.status();
  const names = tasks.filter((task) => task.state === 'RUNNING').map(({ id }) => id);
  tell({ tasks: { isRunning: state === 'RUNNING', active: names, standbys } });
}, signMs);
process.on('SIGTERM', () => void streams.close({ timeout: '20s' }).then(() => process.exit(0)));
await streams.start();
