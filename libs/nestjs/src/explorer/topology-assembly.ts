import { asError, GlobalKTable, JoinWindow, KStream, KTable, OuzelError, type Fault, type StreamsBuilder } from '@ouzel/streams';
import type { MemberMetadata } from '../decorators/member.js';
import { callOf, type CallParts } from './calls/member-call.js';
import { operatorCalls } from './calls/operator-calls.js';
import { Fold, type BuiltMember, type OperatorCall, type Serdes } from './calls/operator-call.js';
import { ProcessorFactories } from './calls/processor-factories.js';
import { Splits } from './calls/splits.js';
import { StoreConnections } from './calls/store-connections.js';
import { checkedMember, faultIn, type CheckedMember } from './checks/checked-member.js';
import { memberFaults } from './checks/member-faults.js';
import { placedFaults } from './checks/placed-faults.js';
import { topologyFaults } from './checks/topology-faults.js';
import { faultOf, MemberFault, UpstreamFailed, type DecoratorFault } from './decorator-error.js';
import { placeOf, type Declaration, type DeclaredMember, type DeclaredTopology } from './declared-topology.js';
import { NameClaims } from './name-claims.js';
import { storeBuilders } from './options/option-readers.js';
import { defined, OptionReading } from './options/option-reading.js';

/**
 * Turns the members of all topologies of an application into calls of one builder: topologies in the order of their
 * names, members in the order of their declaration, upstreams before those that need them. Every member is tried, so
 * that all faults are found.
 */
export class TopologyAssembly {
  readonly faults: DecoratorFault[] = [];
  private readonly topologies: readonly DeclaredTopology[];
  private readonly reading: OptionReading;
  private readonly names = new NameClaims();
  private readonly processors = new ProcessorFactories();
  private readonly checked = new Map<MemberMetadata, CheckedMember>();
  private readonly built = new Map<MemberMetadata, BuiltMember | 'failed'>();
  /** The members whose calls are being made, each needed by the one before it. */
  private readonly underWay: DeclaredMember[] = [];

  constructor(
    topologies: readonly DeclaredTopology[],
    private readonly builder: StreamsBuilder,
    config: unknown,
  ) {
    this.topologies = [...topologies].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    this.reading = new OptionReading(config);
  }

  /** Makes all calls. The builder is of use only when `faults` is empty afterwards. */
  assemble(): void {
    for (const [i, topology] of this.topologies.entries()) this.check(topology, this.topologies[i - 1]);
    for (const topology of this.topologies) this.addStores(topology);
    const parts = this.parts();
    for (const declared of this.members()) this.build(declared, parts);
  }

  /** Makes the first instance of every processor class. What fails is a fault too. */
  async prepareProcessors(): Promise<void> {
    this.faults.push(...(await this.processors.prepare()));
  }

  /** Returns an error about nodes and stores as one about the members that declare them. */
  placed(error: unknown): unknown {
    return placedFaults(error, this.names, this.checked);
  }

  private members(): readonly DeclaredMember[] {
    return this.topologies.flatMap((topology) => topology.members.map((member) => this.checked.get(member) ?? { topology, member }));
  }

  private check(topology: DeclaredTopology, former: DeclaredTopology | undefined): void {
    const ofTopology = topologyFaults(topology, former);
    const ofMembers = memberFaults(topology);
    this.faults.push(...ofTopology, ...ofMembers);
    for (const member of topology.members) {
      const isMisplaced = ofMembers.some((fault) => fault.member === member.name);
      const checked = isMisplaced ? undefined : checkedMember({ topology, member }, this.topologies, this.reading, this.faults);
      if (checked !== undefined && ofTopology.length === 0) this.checked.set(member, checked);
      else this.built.set(member, 'failed');
    }
  }

  private addStores(topology: DeclaredTopology): void {
    const found: Fault[] = [];
    const stores = this.reading.value(topology.options.stores, 'stores', storeBuilders, found);
    this.faults.push(...found.map((fault) => faultIn({ topology }, fault)));
    try {
      for (const store of stores ?? []) {
        this.names.store(store.name, { topology }, store);
        this.builder.addStateStore(store);
      }
    } catch (thrown) {
      this.report({ topology }, thrown);
    }
  }

  private parts(): CallParts {
    const { builder, names, processors } = this;
    const parts: CallParts = {
      builder,
      names,
      processors,
      splits: new Splits(this.topologies),
      connections: new StoreConnections(this.members(), names, (asking, owner) => this.reach(asking, owner, parts)),
    };
    return parts;
  }

  private build({ topology, member }: DeclaredMember, parts: CallParts): BuiltMember | 'failed' {
    const former = this.built.get(member);
    if (former !== undefined) return former;
    const checked = this.checked.get(member)!;
    let result: BuiltMember | 'failed';
    this.underWay.push(checked);
    try {
      result = this.call(checked, parts);
    } catch (thrown) {
      this.report({ topology, member }, thrown);
      result = 'failed';
    }
    this.underWay.pop();
    this.built.set(member, result);
    return result;
  }

  private report(declaration: Declaration, thrown: unknown): void {
    if (thrown instanceof UpstreamFailed) return;
    if (thrown instanceof MemberFault) this.faults.push(thrown.fault);
    else if (thrown instanceof OuzelError) {
      const what = thrown.where === undefined ? thrown.what : `${thrown.what} (${thrown.where})`;
      this.faults.push(faultOf(declaration, what, thrown.help, thrown));
    } else this.faults.push(faultOf(declaration, asError(thrown).message, undefined, thrown));
  }

  private call(checked: CheckedMember, parts: CallParts): BuiltMember {
    const { topology, member, options } = checked;
    const call = callOf(
      checked,
      checked.upstreams.map((upstream) => this.upstream(checked, upstream, parts)),
      parts,
    );
    const result = builtMember(call, member);
    if (options.to !== undefined) result.stream()?.to(options.to, { name: call.name('to'), ...defined(result.serdes) });
    if (member.on === 'property')
      Object.defineProperty(topology.instance, member.name, { value: result.made, configurable: true, enumerable: true, writable: true });
    return result;
  }

  private upstream(asking: CheckedMember, upstream: DeclaredMember, parts: CallParts): BuiltMember {
    const built = this.reach(asking, upstream, parts);
    const fault = nothingAfter(built, asking, upstream);
    if (fault !== undefined) throw fault;
    return built;
  }

  /**
   * Builds a member that another needs first. Throws UpstreamFailed, or a MemberFault where the two need each other.
   */
  private reach(asking: DeclaredMember, needed: DeclaredMember, parts: CallParts): BuiltMember {
    const from = this.underWay.findIndex(({ member }) => member === needed.member);
    if (from >= 0) {
      const circle = [...this.underWay.slice(from), needed].map(({ topology, member }) => `${topology.type.name}.${member.name}`);
      throw new MemberFault(
        asking,
        `comes after itself: ${circle.join(' <- ')}`,
        'A topology has no circles; write to a topic and read it again if you mean one.',
      );
    }
    const built = this.build(needed, parts);
    if (built === 'failed') throw new UpstreamFailed();
    return built;
  }
}

/** Makes the call of a member. */
function builtMember(call: OperatorCall, member: MemberMetadata): BuiltMember {
  const { suppress } = call.options;
  const result = operatorCalls[member.operator].call(call) ?? undefined;
  const made = result instanceof KTable && suppress !== undefined ? result.suppress(suppress, { name: call.name('suppress') }) : result;
  const stream = once(() => {
    if (made instanceof KTable) return made.toStream({ name: call.name('stream') });
    return made instanceof KStream ? made : undefined;
  });
  return { made, serdes: serdesBehind(member, call), stream };
}

/** Returns why a member can not come after another, if it can not. */
function nothingAfter({ made }: BuiltMember, asking: DeclaredMember, upstream: DeclaredMember): MemberFault | undefined {
  const { operator, options } = upstream.member;
  const place = placeOf(upstream);
  if (made === undefined) {
    const help = operator === 'build' ? 'Return the stream or table that it makes.' : 'Take the upstream of that member.';
    return new MemberFault(asking, `nothing comes after ${place}`, help);
  }
  if (made instanceof Fold && asking.member.operator !== 'cogroup')
    return new MemberFault(asking, `nothing comes after ${place}`, `Take the table that it is folded into: "${String(options.into)}".`);
  if (made instanceof GlobalKTable && operatorCalls[asking.member.operator].takes !== 'global tables too')
    return new MemberFault(
      asking,
      `no record comes from ${place}`,
      'A global table is looked up: join a stream with it, inject its store, or read its topic with @Table.',
    );
  return undefined;
}

/**
 * Returns the serdes of what a member carries: as its options say, else those of its upstream that its operator keeps.
 */
function serdesBehind({ operator }: MemberMetadata, { options, serdes }: OperatorCall): Serdes {
  const { keeps, value } = operatorCalls[operator];
  const known = serdes(0);
  const key = options.key ?? (keeps.startsWith('key') && options.groupBy === undefined ? known.key : undefined);
  const isWindowed = options.window !== undefined && !(options.window instanceof JoinWindow);
  // Windowed keys are encoded by a serde that the DSL derives from that of the key.
  return {
    key: isWindowed ? undefined : key,
    value: options.value ?? value ?? (keeps.endsWith('value') ? known.value : undefined),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
