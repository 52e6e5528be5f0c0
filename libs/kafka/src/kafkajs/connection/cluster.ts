import { abortController } from '@ouzel/core';
import { DriverError, type ResolvedKafkaConfig, type TopicPartition } from '../../client/index.js';
import { Channel } from './channel.js';
import type { DriverLogger, Ports } from '../config.js';
import { closedFailure } from './connection-failure.js';
import { findCoordinator, type CoordinatorKind } from '../../protocol/coordinator.js';
import { failureOf } from '../../protocol/error-codes.js';
import { metadata, type BrokerAddress, type MetadataResponse, type TopicMetadata } from '../../protocol/metadata.js';
import { Silence } from './silence.js';
import { Transport } from './transport.js';

/** How long a cluster that is asked may answer nothing until it counts as down, unless requests time out earlier. */
const patienceMs = 10_000;

interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface Leader {
  readonly node: number;
  readonly epoch: number;
}

/**
 * What is known of the cluster: brokers, leaders of the partitions that were asked for, coordinators. Nothing is refreshed by time: who meets a failure
 * asks for a refresh.
 */
export class Cluster {
  readonly requestTimeoutMs: number;
  /** Aborts when the driver closes. */
  readonly closing = abortController();
  private readonly transport: Transport;
  private readonly seeds: readonly HostPort[];
  private readonly nodes = new Map<number, HostPort>();
  private readonly topics = new Map<string, TopicMetadata>();
  private readonly channels = new Set<Channel>();
  /** For metadata and coordinators, by address. */
  private readonly probes = new Map<string, Channel>();
  private lastAnswered: string | undefined;
  private controller = -1;
  private wanted = new Set<string>();
  private refreshing: Promise<void> = Promise.resolve();
  private nextRefresh: Promise<void> | undefined;
  private failure: DriverError | undefined;
  private readonly listeners: ((failure: DriverError | undefined) => void)[] = [];
  private readonly silence: Silence;

  constructor(
    config: ResolvedKafkaConfig,
    clientId: string,
    readonly ports: Ports,
    logger: DriverLogger | undefined,
  ) {
    this.requestTimeoutMs = config.requestTimeout;
    this.seeds = config.brokers.map(parseAddress);
    this.transport = new Transport(config, clientId, logger);
    const patience = Math.min(patienceMs, this.requestTimeoutMs);
    this.silence = new Silence(ports.clock, patience, () =>
      this.report(new DriverError('retriable', -1, { what: `it is silent for more than ${patience / 1_000} s`, where: 'connection' })),
    );
  }

  onConnectivity(listener: (failure: DriverError | undefined) => void): void {
    this.listeners.push(listener);
  }

  /** Undefined when not known, or when there is none at the moment. */
  leader({ topic, partition }: TopicPartition): Leader | undefined {
    const found = this.topics.get(topic)?.partitions[partition];
    return found === undefined || found.leader < 0 ? undefined : { node: found.leader, epoch: found.leaderEpoch };
  }

  /** As last heard; undefined before the first refresh with this topic. */
  topic(topic: string): TopicMetadata | undefined {
    return this.topics.get(topic);
  }

  /** Any broker that is known, the controller preferred. */
  anyNode(): number {
    return this.nodes.has(this.controller) ? this.controller : ([...this.nodes.keys()][0] ?? -1);
  }

  /** A conversation of its own with a node. The one who opens it closes it. */
  channel(node: number): Channel {
    const channel = this.openChannel(() => {
      const address = this.nodes.get(node);
      if (address === undefined)
        throw new DriverError('retriable', -1, { what: `broker ${node} is not part of the cluster`, where: 'connection' });
      return address;
    });
    return channel;
  }

  async closeChannel(channel: Channel): Promise<void> {
    this.channels.delete(channel);
    await channel.close();
  }

  /** Learns brokers and the leaders of these topics anew. One request is under way; calls that come meanwhile share the next one. */
  async refresh(topics: Iterable<string>): Promise<void> {
    for (const topic of topics) this.wanted.add(topic);
    this.nextRefresh ??= this.refreshing.then(() => {
      const asked = [...this.wanted];
      this.wanted = new Set();
      this.nextRefresh = undefined;
      const answered = this.metadata(asked).then(() => undefined);
      this.refreshing = answered.catch(() => {});
      return answered;
    });
    await this.nextRefresh;
  }

  /** Metadata of these topics, of all when undefined, from whichever broker answers. */
  async metadata(topics: readonly string[] | undefined): Promise<MetadataResponse> {
    const response = await this.ask((channel) => channel.request(metadata, { topics }, { timeoutMs: 0 }));
    this.learnBrokers(response.brokers);
    this.controller = response.controller;
    for (const topic of response.topics) this.topics.set(topic.topic, topic);
    return response;
  }

  /** The node that coordinates a group or a transactional id; throws what Kafka answered. */
  async findCoordinator(kind: CoordinatorKind, key: string): Promise<number> {
    const found = await this.ask((channel) => channel.request(findCoordinator, { kind, key }, { timeoutMs: 0 }));
    if (found.errorCode !== 0) throw failureOf(found.errorCode, `FindCoordinator of ${kind} ${key}`);
    this.nodes.set(found.nodeId, found);
    return found.nodeId;
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.silence.close();
    await Promise.all([...this.channels].map((channel) => this.closeChannel(channel)));
  }

  /** Asks the brokers one after the other, the last one that answered first. When none answers, the cluster counts as down. */
  private async ask<T>(question: (channel: Channel) => Promise<T>): Promise<T> {
    let failure: DriverError | undefined;
    for (const address of this.addresses()) {
      try {
        const answer = await question(this.probe(address));
        this.lastAnswered = keyOf(address);
        return answer;
      } catch (error) {
        if (this.closing.signal.aborted) throw closedFailure('metadata');
        if (!(error instanceof DriverError)) throw error;
        if (error.kind === 'fatal') throw error;
        failure = error;
      }
    }
    const unreachable = failure ?? closedFailure('metadata');
    this.report(unreachable);
    throw unreachable;
  }

  private addresses(): HostPort[] {
    const all = new Map([...this.nodes.values(), ...this.seeds].map((address) => [keyOf(address), address]));
    return [...all.values()].sort((a, b) => Number(keyOf(b) === this.lastAnswered) - Number(keyOf(a) === this.lastAnswered));
  }

  private probe(address: HostPort): Channel {
    const key = keyOf(address);
    let channel = this.probes.get(key);
    if (channel === undefined) this.probes.set(key, (channel = this.openChannel(() => address)));
    return channel;
  }

  private openChannel(destination: () => HostPort): Channel {
    const { silence } = this;
    const answered = () => {
      silence.heard();
      this.report(undefined);
    };
    const witness = { asked: () => silence.asked(), over: () => silence.over(), answered };
    const channel = new Channel(this.transport, destination, this.requestTimeoutMs, witness);
    if (this.closing.signal.aborted) void channel.close();
    else this.channels.add(channel);
    return channel;
  }

  private learnBrokers(brokers: readonly BrokerAddress[]): void {
    this.nodes.clear();
    for (const broker of brokers) this.nodes.set(broker.nodeId, broker);
    const known = new Set([...brokers, ...this.seeds].map(keyOf));
    for (const [key, channel] of this.probes) {
      if (known.has(key)) continue;
      this.probes.delete(key);
      void this.closeChannel(channel);
    }
  }

  private report(failure: DriverError | undefined): void {
    const changed = (failure === undefined) !== (this.failure === undefined);
    this.failure = failure;
    if (changed && !this.closing.signal.aborted) for (const listener of this.listeners) listener(failure);
  }
}

function keyOf({ host, port }: HostPort): string {
  return `${host}:${port}`;
}

/** `host:port`, also `[::1]:9092`. */
function parseAddress(address: string): HostPort {
  const match = /^(?:[a-z_0-9]+:\/\/)?(?:\[([^\]]+)\]|([^:]+)):(\d+)$/i.exec(address.trim());
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) {
    throw new DriverError('fatal', -1, { what: `"${address}" is not host:port`, where: 'kafka.brokers' }, 'OUZEL_CONFIG');
  }
  return { host, port: Number(match![3]) };
}
