// npm run test:kafka [-- jest options]: runs the suites that need a broker (*.kafka-spec.ts) on the Kafka of
// KAFKA_BROKERS, or on one that it starts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startKafka } from './kafka-cluster.mjs';
import { kafkaVersion } from './kafka-jars.mjs';

const root = join(import.meta.dirname, '..');

try {
  process.exitCode = process.env.KAFKA_BROKERS ? await suites(process.env.KAFKA_BROKERS) : await suitesOnOwnKafka();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function suitesOnOwnKafka() {
  const cluster = await startKafka();
  console.log(`Kafka ${kafkaVersion} at ${cluster.brokers}, process ${cluster.pids[0]}`);
  try {
    return await suites(cluster.brokers);
  } finally {
    await cluster.stop();
  }
}

async function suites(brokers) {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = ['--experimental-vm-modules', '--no-warnings', jest, '--runInBand', ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, KAFKA_BROKERS: brokers, OUZEL_KAFKA_SUITES: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
