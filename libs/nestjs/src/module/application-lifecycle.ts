import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  KafkaStreams,
  OuzelError,
  storesOf,
  StreamsBuilder,
  type DeclaredStore,
  type Logger,
  type StreamsConfig,
  type Topology,
} from '@ouzel/streams';
import { nestLogger } from '../console/nest-logger.js';
import { RestoreProgressView } from '../console/restore-progress-view.js';
import { topologySummary, type SummarizedSubTopology } from '../console/topology-summary.js';
import { StoreUses } from '../explorer/checks/store-uses.js';
import type { DeclaredTopology } from '../explorer/declared-topology.js';
import { DroppedLog } from '../endpoints/dropped/dropped-log.js';
import { DecoratorError, type DecoratorFault } from '../explorer/decorator-error.js';
import { TopologyAssembly } from '../explorer/assembly/topology-assembly.js';
import { HandlerFinder } from '../explorer/handlers/handler-finder.js';
import { TopologyFinder } from '../explorer/topology-finder.js';
import { OuzelMetrics } from '../metrics/ouzel-metrics.js';
import { handleFirst } from '../http/handle-first.js';
import { Applications } from '../handles/applications.js';
import {
  extrasToken,
  optionsToken,
  resolveModuleOptions,
  type OuzelModuleExtras,
  type OuzelModuleOptions,
  type ResolvedModuleOptions,
} from './module-options.js';
import { OuzelStreams } from '../handles/ouzel-streams.js';
import { Customizers, type Customizer } from './customizers.js';
import { ShutdownSignals } from './shutdown-signals.js';
import { defaultApp } from '../handles/tokens.js';

/**
 * How long the boot waits for faults of topics and state. A longer wait for Kafka goes on in the background, so that
 * probes respond meanwhile.
 */
const startGraceMs = 5_000;

/** An application whose topology is assembled and checked, and that does not run. */
export interface UnstartedApplication {
  /** The name of its module: `default` where it has none. */
  readonly name: string;
  readonly topology: Topology;
  readonly config: StreamsConfig;
}

function noTopology(app: string): DecoratorFault {
  const help = 'Provide a class with @StreamTopology() in a module of this application.';
  return { topology: '', member: undefined, where: 'OuzelModule', what: `application "${app}" has no topology`, help };
}

/**
 * Ties an application to Nest's lifecycle. It assembles and checks in onModuleInit, starts in onApplicationBootstrap
 * without waiting for the restore, and closes before anything that a topology depends on is destroyed. A close that
 * comes while the application still boots wins: the client is not started afterwards.
 */
@Injectable()
export class ApplicationLifecycle implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private options: ResolvedModuleOptions | undefined;
  private readonly restore: RestoreProgressView;
  private readonly logger: Logger;
  private assembly: TopologyAssembly | undefined;
  private stores: readonly DeclaredStore[] = [];
  private closing: Promise<void> | undefined;
  private endMetrics = (): void => {};
  private readonly signals = new ShutdownSignals(() => this.stop());

  constructor(
    @Inject(optionsToken) private readonly given: OuzelModuleOptions,
    @Inject(extrasToken) private readonly extras: OuzelModuleExtras,
    @Inject(OuzelStreams) private readonly streams: OuzelStreams,
    @Inject(Applications) private readonly applications: Applications,
    @Inject(TopologyFinder) private readonly finder: TopologyFinder,
    @Inject(Customizers) private readonly customizers: Customizers,
    @Inject(HandlerFinder) private readonly handlerFinder: HandlerFinder,
    @Inject(StoreUses) private readonly storeUses: StoreUses,
    @Inject(OuzelMetrics) private readonly metrics: OuzelMetrics,
    @Inject(DroppedLog) private readonly dropped: DroppedLog,
    @Inject(HttpAdapterHost) private readonly http: HttpAdapterHost,
  ) {
    const { name } = streams;
    this.restore = new RestoreProgressView(process.stdout, (line) => this.logger.info(line));
    this.logger = given.logger ?? nestLogger(name === defaultApp ? 'Ouzel' : `Ouzel ${name}`, () => this.restore.clear());
    applications.register({
      streams,
      applicationId: String(given.applicationId),
      hasEndpoints: extras.endpoints !== undefined,
      stallTimeout: () => this.options?.stallTimeout ?? Infinity,
      stores: () => this.stores,
    });
  }

  /**
   * Assembles, and does nothing else of its life: for tools that look at an application without running it. It needs no
   * HTTP server.
   */
  async assembled(): Promise<UnstartedApplication> {
    await this.prepare();
    // The client holds nothing yet. Its close would clean up as an application does that stops.
    this.closing = Promise.resolve();
    const { name, topology } = this.streams;
    return { name, topology, config: this.options!.client };
  }

  async onModuleInit(): Promise<void> {
    await this.prepare();
    if (this.closing === undefined && this.options?.client.queries.listen === 'application') this.mountQueries();
  }

  private async prepare(): Promise<void> {
    if (this.closing !== undefined) return;
    const customizers = this.customizers.of(this.streams.name);
    const given = await customized(this.given, customizers);
    const options = resolveModuleOptions(given, this.extras, this.applications.faultsOf(this.streams.name));
    this.options = options;
    const { handlers, faults } = this.handlerFinder.find(this.streams.name, this.applications.names, given);
    const decided = handlers.within(options.client, this.logger);
    const onDropped = this.dropped.listener(this.streams.name, decided.onDropped);
    const config = { ...options.client, ...decided, onDropped, logger: this.logger };
    const topologies = await this.assemble(options, config, customizers, faults);
    handlers.listen(this.streams, this.logger);
    if (this.closing !== undefined) return;
    this.endMetrics = this.metrics.register(this.streams, options.metrics);
    this.streams.onStateChange((to, from) => this.logger.info(`${this.streams.applicationId} is ${to}, was ${from}`));
    this.streams.onRestore((event) => this.restore.update(event));
    for (const { instance } of topologies) this.closeBefore(instance);
    for (const line of topologySummary(this.streams.applicationId, this.subTopologies)) this.logger.info(line);
  }

  /** Lets other instances ask the stores through the server of the application, which their requests alone reach. */
  private mountQueries(): void {
    const server: unknown = this.http.httpAdapter?.getHttpServer();
    if (!(server instanceof EventEmitter))
      throw new OuzelError('OUZEL_CONFIG', {
        what: "queries.listen is 'application', and the application has no HTTP server",
        help: 'Give a port: { listen: { port: 7100 } }.',
      });
    handleFirst(server as Server, (request, response) => this.streams.kafkaStreams.queryHandler(request, response));
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.closing !== undefined) return;
    this.signals.listen();
    // A client that was closed before the boot does not start with it.
    if (this.options?.autoStart === false || this.streams.state !== 'CREATED') return;
    const patience = new AbortController();
    const started = this.placing(() => this.streams.start()).finally(() => patience.abort());
    await Promise.race([started, sleep(startGraceMs, undefined, { signal: patience.signal }).catch(() => started)]);
    started.catch(() => {}); // The log and liveness report a failure that comes later.
  }

  async onModuleDestroy(): Promise<void> {
    this.signals.ignore();
    await this.stop();
    this.endMetrics();
  }

  /** Called when the last request is done: until then controllers may write. */
  async onApplicationShutdown(): Promise<void> {
    await this.streams.producer.close();
  }

  private async assemble(
    options: ResolvedModuleOptions,
    config: StreamsConfig,
    customizers: readonly Customizer[],
    ofHandlers: readonly DecoratorFault[],
  ): Promise<readonly DeclaredTopology[]> {
    const builder = new StreamsBuilder(config);
    for (const customizer of customizers) customizer.builder?.(builder);
    const { topologies, faults } = this.finder.find(this.streams.name, this.applications.names);
    const assembly = new TopologyAssembly(topologies, builder, options.config);
    assembly.assemble();
    await assembly.prepareProcessors();
    const all = [...faults, ...assembly.faults, ...ofHandlers];
    const isEmpty = topologies.length === 0 && customizers.every((customizer) => customizer.builder === undefined);
    if (all.length === 0 && isEmpty) all.push(noTopology(this.streams.name));
    if (all.length > 0) throw new DecoratorError(all);
    this.assembly = assembly;
    const topology = builder.build();
    const newClient = () => {
      const client = new KafkaStreams(topology, config);
      for (const customizer of customizers) customizer.client?.(client);
      return client;
    };
    const { topics, cleanUpOnStart, cleanUpOnStop } = options;
    await this.placing(() => this.streams.attach({ config, topics, cleanUpOnStart, cleanUpOnStop, newClient }));
    this.stores = storesOf(topology, config);
    const unknown = this.storeUses.faults(
      this.streams.name,
      this.subTopologies.flatMap(({ nodes }) => nodes.flatMap(({ stores }) => stores)),
      (store) => this.streams.kafkaStreams.store(store),
    );
    if (unknown.length > 0) throw new DecoratorError(unknown);
    return topologies;
  }

  /** Runs `work`, and adds to its errors the member of a topology that they are about. */
  private async placing<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw this.assembly?.placed(thrown) ?? thrown;
    }
  }

  private get subTopologies(): readonly SummarizedSubTopology[] {
    return (this.streams.topology.toJSON() as { readonly subTopologies: readonly SummarizedSubTopology[] }).subTopologies;
  }

  /**
   * Makes `onModuleDestroy` of a topology close the client first. Nest destroys a provider before its dependencies, so
   * the databases that operators use are still open at that time. `onModuleDestroy` of this module may come later.
   */
  private closeBefore(topology: Partial<OnModuleDestroy>): void {
    const own = topology.onModuleDestroy?.bind(topology);
    const closing = async (): Promise<void> => {
      await this.stop();
      await own?.();
    };
    Object.defineProperty(topology, 'onModuleDestroy', { value: closing, configurable: true });
  }

  private stop(): Promise<void> {
    this.closing ??= this.streams.shutDown({ timeout: this.options?.shutdownTimeout ?? 0 }).finally(() => this.restore.clear());
    return this.closing;
  }
}

/** The options as the customizers want them. */
async function customized(given: OuzelModuleOptions, customizers: readonly Customizer[]): Promise<OuzelModuleOptions> {
  let options = given;
  for (const customizer of customizers)
    if (customizer.config !== undefined) options = { ...options, ...(await customizer.config(options)) };
  return options;
}
