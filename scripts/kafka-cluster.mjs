import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaClassPath } from './kafka-jars.mjs';

const startTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;

/**
 * Starts an Apache Kafka on this machine (KRaft, every node is broker and controller). Resolves when it can be reached.
 * Its data lies in a temporary folder, which `stop` removes.
 *
 * @param {{ port?: number, nodes?: number, properties?: Record<string, string>, features?: Record<string, number>,
 *   listeners?: readonly { name: string, port: number, advertised: string }[],
 *   scramUsers?: Record<string, string> }} options
 *   `port` is that of the first node, and the others follow; left out, free ports are taken. `properties` are added to
 *   the server.properties of every node. `features` are levels that differ from the newest. `listeners` are further
 *   ports of a single node: who comes by one of them is told the address that it advertises. `scramUsers` are passwords
 *   by user, for both SCRAM mechanisms.
 */
export async function startKafka({ port, nodes = 1, properties = {}, features = {}, listeners = [], scramUsers = {} } = {}) {
  const classPath = await kafkaClassPath();
  if (port !== undefined) await Promise.all(Array.from({ length: nodes }, (_, i) => mustBeFree(port + i)));
  const folder = await mkdtemp(join(tmpdir(), 'ouzel-kafka-'));
  const free = await freePorts(2 * nodes);
  const controllerPorts = free.slice(nodes);
  const ports = port === undefined ? free.slice(0, nodes) : controllerPorts.map((_, i) => port + i);
  const voters = controllerPorts.map((controller, i) => `${i + 1}@127.0.0.1:${controller}`).join(',');
  const clusterId = `O${randomBytes(16).toString('base64url').slice(1)}`;
  const members = ports.map((brokerPort, i) => {
    const settings = serverProperties({
      id: i + 1,
      port: brokerPort,
      controllerPort: controllerPorts[i],
      voters,
      nodes,
      folder,
      properties,
      more: listeners,
    });
    return new KafkaNode({ id: i + 1, port: brokerPort, folder, classPath, clusterId, settings, features, scramUsers });
  });
  const cluster = new KafkaCluster(members, folder, classPath, clusterId);
  try {
    await Promise.all(members.map((node) => node.format()));
    await Promise.all(members.map((node) => node.start()));
    await cluster.ready();
    return cluster;
  } catch (error) {
    const tail = members.map((node) => node.logTail()).join('\n');
    await cluster.stop();
    throw new Error(`Kafka did not start: ${error.message}\n${tail}`);
  }
}

/** The nodes of one cluster. `node` counts from 1. */
class KafkaCluster {
  constructor(members, folder, classPath, clusterId) {
    this.members = members;
    this.clusterId = clusterId;
    this.folder = folder;
    this.classPath = classPath;
    this.brokers = members.map((node) => `127.0.0.1:${node.port}`).join(',');
  }

  get pids() {
    return this.members.map((node) => node.pid);
  }

  /** Resolves when every node is part of the cluster and can be reached. */
  async ready() {
    const deadline = performance.now() + startTimeoutMs;
    for (;;) {
      const dead = this.members.find((node) => node.failed);
      if (dead) throw new Error(`node ${dead.id} ended`);
      if ((await this.answering()) === this.members.length) return;
      if (performance.now() > deadline) throw new Error(`it could not be reached within ${startTimeoutMs / 1000} s`);
      await sleep(100);
    }
  }

  async answering() {
    const kafka = new Kafka({
      brokers: this.brokers.split(','),
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
      connectionTimeout: 2000,
    });
    const admin = kafka.admin();
    try {
      await admin.connect();
      const { brokers, clusterId } = await admin.describeCluster();
      return clusterId === this.clusterId ? brokers.length : 0;
    } catch {
      return 0;
    } finally {
      await admin.disconnect();
    }
  }

  /** Resolves with the number of a node that ended and was not stopped. */
  failure() {
    return Promise.race(this.members.map((node) => node.failure()));
  }

  /** Ends a node with SIGKILL, as a loss of power does. */
  async kill(node = 1) {
    await this.members[node - 1].end('SIGKILL');
  }

  /** Stops a node cleanly. Its data stays for `restart`. */
  async halt(node = 1) {
    await this.members[node - 1].end('SIGTERM');
  }

  /** Starts a node again, on its port and with its data. Stops it cleanly first where it runs. */
  async restart(node = 1) {
    await this.halt(node);
    await this.members[node - 1].start();
    await this.ready();
  }

  /** Suspends the process of a node. Its connections stay open, and it does not answer. */
  pause(node = 1) {
    process.kill(this.members[node - 1].pid, 'SIGSTOP');
  }

  resume(node = 1) {
    process.kill(this.members[node - 1].pid, 'SIGCONT');
  }

  /** Runs a tool of Kafka by its class. Resolves with what it printed, whatever its exit code is. */
  tool(mainClass, args, options = {}) {
    return runKafkaTool(mainClass, args, { classPath: this.classPath, ...options });
  }

  logTail() {
    return this.members.map((node) => node.logTail()).join('\n');
  }

  async stop() {
    await Promise.all(this.members.map((node) => node.end('SIGTERM')));
    await rm(this.folder, { recursive: true, force: true });
  }
}

class KafkaNode {
  constructor({ id, port, folder, classPath, clusterId, settings, features, scramUsers }) {
    this.features = features;
    this.scramUsers = scramUsers;
    this.id = id;
    this.port = port;
    this.classPath = classPath;
    this.clusterId = clusterId;
    this.settings = settings;
    this.properties = join(folder, `node-${id}.properties`);
    this.log = join(folder, `node-${id}.log`);
    this.process = undefined;
    this.stopping = false;
  }

  get pid() {
    return this.process?.pid;
  }

  get failed() {
    return this.process !== undefined && this.process.exitCode !== null;
  }

  async failure() {
    await once(this.process, 'exit');
    return this.stopping ? new Promise(() => {}) : this.id;
  }

  async format() {
    await writeFile(this.properties, this.settings);
    const levels = Object.entries(this.features).flatMap(([feature, level]) => ['-f', `${feature}=${level}`]);
    const users = Object.entries(this.scramUsers).flatMap(([name, password]) =>
      ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => ['-S', `${mechanism}=[name=${name},password=${password}]`]),
    );
    const format = this.java([
      '-cp',
      this.classPath,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      this.clusterId,
      '-c',
      this.properties,
      ...levels,
      ...users,
    ]);
    const [code] = await once(format, 'exit');
    if (code !== 0) throw new Error(`node ${this.id} could not format its folder`);
  }

  async start() {
    this.stopping = false;
    const heap = process.env.KAFKA_HEAP_OPTS ?? '-Xmx512m';
    this.process = this.java([...heap.split(' '), '-XX:+UseG1GC', '-cp', this.classPath, 'kafka.Kafka', this.properties]);
    await once(this.process, 'spawn');
  }

  java(args) {
    const log = openSync(this.log, 'a');
    try {
      return spawn('java', args, { stdio: ['ignore', log, log] });
    } finally {
      closeSync(log);
    }
  }

  async end(signal) {
    const child = this.process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    this.stopping = true;
    const exit = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await exit;
    clearTimeout(late);
  }

  logTail() {
    try {
      return `--- end of the log of node ${this.id}\n${readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-40).join('\n')}`;
    } catch {
      return `--- node ${this.id} wrote no log`;
    }
  }
}

/**
 * Runs a class of Kafka's tools to its end, such as `org.apache.kafka.tools.consumer.ConsoleConsumer`.
 *
 * @param {{ classPath?: string, input?: string, timeoutMs?: number }} options `input` goes to its standard input.
 */
export async function runKafkaTool(mainClass, args, { classPath, input = '', timeoutMs = 60_000 } = {}) {
  const path = classPath ?? (await kafkaClassPath());
  const child = spawn('java', ['-Xmx128m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', path, mainClass, ...args]);
  const out = [];
  const err = [];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  child.stdin.end(input);
  const late = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const [code] = await once(child, 'close');
  clearTimeout(late);
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}

function serverProperties({ id, port, controllerPort, voters, nodes, folder, properties, more }) {
  const addresses = (addressOf) => more.map((listener) => `,${listener.name}://${addressOf(listener)}`).join('');
  const replicas = String(Math.min(nodes, 3));
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': String(id),
    'controller.quorum.voters': voters,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${addresses((one) => `127.0.0.1:${one.port}`)}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${addresses(({ advertised }) => advertised)}`,
    'listener.security.protocol.map': ['CONTROLLER', 'PLAINTEXT', ...more.map(({ name }) => name)]
      .map((name) => `${name}:PLAINTEXT`)
      .join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': join(folder, `data-${id}`),
    'default.replication.factor': replicas,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // Lower than Kafka's defaults, so that tests of lost members and hanging transactions are short.
    'group.min.session.timeout.ms': '1000',
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': '1000',
    'auto.create.topics.enable': 'false',
    ...properties,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function mustBeFree(port) {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    throw new Error(`port ${port} is in use; choose another with --port, or leave it out`);
  }
  await new Promise((resolve) => server.close(resolve));
}

/**
 * Returns free ports of the loopback interface, all different. They are open at the same time, because a port that was
 * closed may be returned again.
 */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
