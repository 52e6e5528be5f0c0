import { abortController } from '@ouzel/core';
import { DriverError, type ResolvedKafkaConfig, type TopicPartition } from '../../client/index.js';
import { Channel } from './channel.js';
import type { DriverLogger, Ports } from '../config.js';
import { closedFailure } from './connection-failure.js';
import { findCoordinator, type CoordinatorKind } from '../../protocol/coordinator.js';
import { failureOf } from '../../protocol/error-codes.js';
import { metadata, type BrokerAddress, type MetadataResponse, type TopicMetadata } from '../../protocol/metadata.js';
import { SilenceDetector } from './silence-detector.js';
import { Transport } from './transport.js';

/** A cluster that does not respond for this time counts as down, ms. Request timeouts may end earlier. */
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
 * The driver's view of the cluster: its brokers, and the leaders of the partitions that were looked up. Opens the
 * connections to the brokers.
 *
 * It does not refresh by itself: a caller asks for it after a request has failed.
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
  /** Channels for metadata and for finding coordinators, by address. */
  private readonly probes = new Map<string, Channel>();
  private lastResponder: string | undefined;
  private controller = -1;
  private wanted = new Set<string>();
  private refreshing: Promise<void> = Promise.resolve();
  private nextRefresh: Promise<void> | undefined;
  private failure: DriverError | undefined;
  private readonly listeners: ((failure: DriverError | undefined) => void)[] = [];
  private readonly silence: SilenceDetector;

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
    const silent = `no response for ${patience / 1_000} s`;
    this.silence = new SilenceDetector(ports.clock, patience, () =>
      this.report(new DriverError('retriable', -1, { what: silent, where: 'connection' })),
    );
  }

  onConnectivity(listener: (failure: DriverError | undefined) => void): void {
    this.listeners.push(listener);
  }

  /** Returns the leader; undefined when it is not known, or when there is none at the moment. */
  leader({ topic, partition }: TopicPartition): Leader | undefined {
    const found = this.topics.get(topic)?.partitions[partition];
    return found === undefined || found.leader < 0 ? undefined : { node: found.leader, epoch: found.leaderEpoch };
  }

  /** Returns the topic as of the last refresh; undefined before the first one. */
  topic(topic: string): TopicMetadata | undefined {
    return this.topics.get(topic);
  }

  /** Returns a broker, the controller if possible; -1 when none is known. */
  anyNode(): number {
    return this.nodes.has(this.controller) ? this.controller : ([...this.nodes.keys()][0] ?? -1);
  }

  /** Creates a channel to a node. The caller closes it by `closeChannel`. */
  channel(node: number): Channel {
    return this.openChannel(() => {
      const address = this.nodes.get(node);
      if (address !== undefined) return address;
      throw new DriverError('retriable', -1, { what: `broker ${node} is not part of the cluster`, where: 'connection' });
    });
  }

  async closeChannel(channel: Channel): Promise<void> {
    this.channels.delete(channel);
    await channel.close();
  }

  /**
   * Looks up the brokers and the leaders of these topics. Calls during a request share the next request.
   */
  async refresh(topics: Iterable<string>): Promise<void> {
    for (const topic of topics) this.wanted.add(topic);
    this.nextRefresh ??= this.refreshing.then(() => {
      const asked = [...this.wanted];
      this.wanted = new Set();
      this.nextRefresh = undefined;
      const refreshed = this.metadata(asked).then(() => undefined);
      this.refreshing = refreshed.catch(() => {});
      return refreshed;
    });
    await this.nextRefresh;
  }

  /** Resolves to the metadata of these topics, or of all topics when undefined. Asks any broker that responds. */
  async metadata(topics: readonly string[] | undefined): Promise<MetadataResponse> {
    const response = await this.ask((channel) => channel.request(metadata, { topics }, { timeoutMs: 0 }));
    this.learnBrokers(response.brokers);
    this.controller = response.controller;
    for (const topic of response.topics) this.topics.set(topic.topic, topic);
    return response;
  }

  /** Resolves to the node that coordinates a group or a transactional id. */
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

  /**
   * Tries the brokers in turn, first the one that responded last. When none responds, the cluster counts as down.
   */
  private async ask<T>(request: (channel: Channel) => Promise<T>): Promise<T> {
    let failure: DriverError | undefined;
    for (const address of this.addresses()) {
      try {
        const response = await request(this.probe(address));
        this.lastResponder = keyOf(address);
        return response;
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
    return [...all.values()].sort((a, b) => Number(keyOf(b) === this.lastResponder) - Number(keyOf(a) === this.lastResponder));
  }

  private probe(address: HostPort): Channel {
    const key = keyOf(address);
    let channel = this.probes.get(key);
    if (channel === undefined) this.probes.set(key, (channel = this.openChannel(() => address)));
    return channel;
  }

  private openChannel(destination: () => HostPort): Channel {
    const { silence } = this;
    const channel = new Channel(this.transport, destination, this.requestTimeoutMs, {
      requestBegins: () => silence.requestBegins(),
      requestEnds: () => silence.requestEnds(),
      responseCame: () => {
        silence.responseCame();
        this.report(undefined);
      },
    });
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

/** Reads `host:port`, also `[::1]:9092` and `plaintext://host:port`. Throws OUZEL_CONFIG. */
function parseAddress(address: string): HostPort {
  const match = /^(?:[a-z_0-9]+:\/\/)?(?:\[([^\]]+)\]|([^:]+)):(\d+)$/i.exec(address.trim());
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) {
    throw new DriverError('fatal', -1, { what: `"${address}" is not host:port`, where: 'kafka.brokers' }, 'OUZEL_CONFIG');
  }
  return { host, port: Number(match![3]) };
}
