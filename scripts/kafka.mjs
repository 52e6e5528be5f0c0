// npm run kafka [-- --port N --nodes N]: runs an Apache Kafka until Ctrl-C.
import { parseArgs } from 'node:util';
import { startKafka } from './kafka-cluster.mjs';
import { kafkaVersion } from './kafka-jars.mjs';

try {
  const { port, nodes } = options();
  const stopped = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve());
  });
  const cluster = await startKafka({ port, nodes });
  for (const [i, broker] of cluster.brokers.split(',').entries())
    console.log(`Kafka ${kafkaVersion} at ${broker}, process ${cluster.pids[i]}`);
  console.log(`KAFKA_BROKERS=${cluster.brokers}`);
  console.log('Ctrl-C stops it and removes its data.');
  const failed = await Promise.race([stopped, cluster.failure()]);
  if (typeof failed === 'number') {
    console.error(`Node ${failed} ended.\n${cluster.logTail()}`);
    process.exitCode = 1;
  }
  await cluster.stop();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function options() {
  const { values } = parseArgs({ options: { port: { type: 'string' }, nodes: { type: 'string', default: '1' } } });
  return { port: values.port === undefined ? undefined : whole('--port', values.port), nodes: whole('--nodes', values.nodes) };
}

function whole(option, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option} must be a whole number above 0, not "${text}"`);
  return number;
}
