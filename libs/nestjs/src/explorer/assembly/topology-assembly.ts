import type { EventType, Fault, StreamsBuilder } from '@ouzel/streams';
import type { MemberMetadata } from '../../decorators/member.js';
import { checkedMember, faultIn, type CheckedMember } from '../checks/checked-member.js';
import { memberFaults } from '../checks/member-faults.js';
import { topologyFaults } from '../checks/topology-faults.js';
import type { DecoratorFault } from '../decorator-error.js';
import type { DeclaredTopology } from '../declared-topology.js';
import { eventType as eventTypeReader, storeBuilders } from '../options/option-readers.js';
import { OptionReading } from '../options/option-reading.js';
import { faultBehind, MemberBuilder } from './member-builder.js';
import { NameClaims } from './name-claims.js';
import { placedFaults } from './placed-faults.js';
import { Pipes } from './pipes.js';
import { ProcessorFactories } from './processor-factories.js';
import { Routes } from './routes.js';
import { Splits } from './splits.js';

/**
 * Turns the members of all topologies of an application into calls of one builder: topologies in the order of their
 * names, members in the order of their declaration, upstreams before those that need them.
 */
export class TopologyAssembly {
  readonly faults: DecoratorFault[] = [];
  private readonly topologies: readonly DeclaredTopology[];
  private readonly reading: OptionReading;
  private readonly names = new NameClaims();
  private readonly processors = new ProcessorFactories();
  private readonly pipes = new Pipes();
  private readonly eventTypes = new Map<DeclaredTopology, EventType>();
  private readonly checked = new Map<MemberMetadata, CheckedMember>();

  constructor(
    topologies: readonly DeclaredTopology[],
    private readonly builder: StreamsBuilder,
    config: unknown,
  ) {
    this.topologies = [...topologies].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    this.reading = new OptionReading(config);
  }

  /** Checks all members, and makes all calls. The builder is of use only when `faults` is empty afterwards. */
  assemble(): void {
    const { builder, names, processors, pipes, topologies } = this;
    for (const [i, topology] of topologies.entries()) this.check(topology, topologies[i - 1]);
    for (const topology of topologies) this.readOptions(topology);
    const members = topologies.flatMap((topology) => topology.members.map((member) => ({ topology, member })));
    const routes = new Routes(this.checked, this.eventTypes);
    const parts = { builder, names, processors, pipes, routes, splits: new Splits(topologies) };
    const calls = new MemberBuilder(members, this.checked, parts, this.faults);
    for (const member of members) calls.build(member);
  }

  /** Makes the first instance of every processor class, and the pipes. What fails is a fault too. */
  async prepareProcessors(): Promise<void> {
    this.faults.push(...(await this.processors.prepare()), ...(await this.pipes.prepare()));
  }

  /** Returns an error about nodes and stores as one about the members that declare them. */
  placed(error: unknown): unknown {
    return placedFaults(error, this.names, this.checked);
  }

  private check(topology: DeclaredTopology, former: DeclaredTopology | undefined): void {
    const ofTopology = topologyFaults(topology, former);
    const ofMembers = memberFaults(topology);
    this.faults.push(...ofTopology, ...ofMembers);
    for (const member of topology.members) {
      if (ofMembers.some((fault) => fault.member === member.name)) continue;
      const checked = checkedMember({ topology, member }, this.topologies, this.reading, this.faults);
      if (checked !== undefined && ofTopology.length === 0) this.checked.set(member, checked);
    }
  }

  private readOptions(topology: DeclaredTopology): void {
    const found: Fault[] = [];
    const eventType = this.reading.value(topology.options.eventType, 'eventType', eventTypeReader, found);
    if (eventType !== undefined) this.eventTypes.set(topology, eventType);
    const stores = this.reading.value(topology.options.stores, 'stores', storeBuilders, found);
    this.faults.push(...found.map((fault) => faultIn({ topology }, fault)));
    try {
      for (const store of stores ?? []) {
        this.names.store(store.name, { topology }, store);
        this.builder.addStateStore(store);
      }
    } catch (thrown) {
      this.faults.push(faultBehind({ topology }, thrown)!);
    }
  }
}
