import { asError, GlobalKTable, JoinWindow, KStream, KTable, OuzelError, type StoreBuilder, type StreamsBuilder } from '@ouzel/streams';
import type { MemberMetadata } from '../decorators/member.js';
import { processorOptionsOf } from '../decorators/processor.js';
import type { ProcessorStores } from '../decorators/options.js';
import { ConfigValues } from './config-values.js';
import { faultOf, placeOf, type DeclaredTopology, type DecoratorFault } from './declared-topology.js';
import { MemberFault, UpstreamFailed, type DeclaredMember, type Place } from './member-fault.js';
import { memberFaults } from './member-faults.js';
import { memberBehind, upstreamsOf } from './member-lookup.js';
import { methodOf } from './method-of.js';
import { NameClaims } from './name-claims.js';
import { closest, kebabCase } from './names.js';
import {
  Fold,
  given,
  noSerdes,
  type BuiltMember,
  type ConnectedStores,
  type Face,
  type OperatorCall,
  type Serdes,
} from './operator-call.js';
import { operatorCalls } from './operator-calls.js';
import { MethodProcessor } from './process-calls.js';
import { ProcessorFactory } from './processor-factory.js';
import { storeOwners } from './store-owners.js';
import { isBranch, Splits } from './splits.js';

/**
 * Turns the members of all topologies of an application into calls of one builder: topologies in the order of their names, members in the order of their
 * declaration, upstreams before those that need them. Every member is tried, so that all faults are found.
 */
export class TopologyAssembly {
  readonly faults: DecoratorFault[] = [];
  private readonly topologies: readonly DeclaredTopology[];
  private readonly config: ConfigValues;
  private readonly splits: Splits;
  /** Who made which node and store. */
  readonly names = new NameClaims();
  private readonly processors: ProcessorFactory[] = [];
  private readonly built = new Map<MemberMetadata, BuiltMember | 'failed'>();
  private readonly underWay: DeclaredMember[] = [];

  constructor(
    topologies: readonly DeclaredTopology[],
    private readonly builder: StreamsBuilder,
    config: unknown,
  ) {
    this.topologies = [...topologies].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    this.config = new ConfigValues(config);
    this.splits = new Splits(this.topologies);
  }

  /** Faults are in `faults` afterwards; the builder is of use only when there are none. */
  assemble(): void {
    for (const [i, topology] of this.topologies.entries()) this.check(topology, this.topologies[i - 1]);
    for (const topology of this.topologies) this.addStores(topology);
    for (const topology of this.topologies) {
      for (const member of topology.members) this.build({ topology, member });
    }
  }

  /** Makes the first instance of every processor; what can not be made is a fault too. */
  async prepareProcessors(): Promise<void> {
    for (const processor of this.processors) {
      try {
        await processor.prepare();
      } catch (thrown) {
        this.faults.push(processor.fault(asError(thrown)));
      }
    }
  }

  private addStores(topology: DeclaredTopology): void {
    try {
      const stores = this.config.of({ topology }, topology.stores) as readonly StoreBuilder[] | undefined;
      for (const store of stores ?? []) {
        this.names.claim('store', store.name, { topology }, store);
        this.builder.addStateStore(store);
      }
    } catch (thrown) {
      this.report({ topology }, thrown);
    }
  }

  private check(topology: DeclaredTopology, former: DeclaredTopology | undefined): void {
    if (former?.name === topology.name) {
      this.faults.push(
        faultOf(
          topology.type,
          undefined,
          `is named "${topology.name}", as ${former.type.name} is`,
          "Name one of them: @StreamTopology({ name: '…' }).",
        ),
      );
    }
    const faults = memberFaults(topology);
    this.faults.push(...faults);
    for (const member of topology.members) if (faults.some((fault) => fault.member === member.name)) this.built.set(member, 'failed');
  }

  private build(declared: DeclaredMember): BuiltMember | 'failed' {
    const former = this.built.get(declared.member);
    if (former !== undefined) return former;
    this.underWay.push(declared);
    let result: BuiltMember | 'failed';
    try {
      result = this.call(declared);
    } catch (thrown) {
      this.report(declared, thrown);
      result = 'failed';
    }
    this.underWay.pop();
    this.built.set(declared.member, result);
    return result;
  }

  private report({ topology, member }: Place, thrown: unknown): void {
    if (thrown instanceof UpstreamFailed) return;
    if (thrown instanceof MemberFault) this.faults.push(thrown.fault);
    else if (thrown instanceof OuzelError) this.faults.push(faultOf(topology.type, member, thrown.what, thrown.help, thrown));
    else this.faults.push(faultOf(topology.type, member, asError(thrown).message, undefined, thrown));
  }

  private call(declared: DeclaredMember): BuiltMember {
    const { topology, member } = declared;
    const upstreams = upstreamsOf(declared).map((upstream) => this.upstream(declared, memberBehind(this.topologies, declared, upstream)));
    const call = this.operatorCall(declared, upstreams);
    const { options } = call;
    const made = operatorCalls[member.operator].call(call) ?? undefined;
    const face =
      made instanceof KTable && options.suppress !== undefined ? made.suppress(options.suppress, { name: call.name('suppress') }) : made;
    const result: BuiltMember = {
      face,
      serdes: serdesBehind(member, call),
      stream: once(() =>
        face instanceof KTable ? face.toStream({ name: call.name('stream') }) : face instanceof KStream ? face : undefined,
      ),
    };
    if (options.to !== undefined) result.stream()?.to(options.to, { name: call.name('to'), ...given(result.serdes) });
    if (member.on === 'property')
      Object.defineProperty(topology.instance, member.name, { value: face, configurable: true, enumerable: true, writable: true });
    return result;
  }

  private operatorCall(declared: DeclaredMember, upstreams: readonly BuiltMember[]): OperatorCall {
    const { topology, member } = declared;
    const options = this.config.optionsOf(declared);
    const own = kebabCase(member.name);
    const node = isBranch(member.operator) ? `${this.splits.nameOf(declared)}${own}` : `${topology.name}-${own}`;
    return {
      builder: this.builder,
      fn: member.on === 'method' ? methodOf(topology, member) : () => undefined,
      topic: this.config.of(declared, member.topic),
      options,
      upstreams: upstreams.map(({ face }) => face!),
      stream: (at) => upstreams[at]!.stream()!,
      serdes: (at) => upstreams[at]?.serdes ?? noSerdes,
      name: (part) => this.names.claim('node', part === undefined ? node : `${node}-${part}`, declared),
      store: () => {
        const store = options.store ?? own;
        this.names.claim('store', typeof store === 'string' ? store : (store.name as string), declared);
        return store;
      },
      branch: () => {
        this.names.claim('node', node, declared);
        return this.splits.branchOf(declared, () => upstreams[0]!.stream()!);
      },
      processors: () => this.processorsOf(declared),
      stores: () => this.storesOf(declared, options.stores),
      fault: (what, help) => new MemberFault(declared, what, help),
    };
  }

  private processorsOf(declared: DeclaredMember): () => any {
    const { topology, member } = declared;
    if (member.processor === undefined) {
      const method = methodOf(topology, member);
      return () => new MethodProcessor(method);
    }
    const factory = new ProcessorFactory(declared, member.processor);
    this.processors.push(factory);
    return factory.get;
  }

  private storesOf(declared: DeclaredMember, stores: ProcessorStores = []): ConnectedStores {
    const { processor } = declared.member;
    const own = processor && (this.config.of(declared, processorOptionsOf(processor)?.stores) as ProcessorStores | undefined);
    const all = [...(own ?? []), ...stores];
    const builders = all.filter((store) => typeof store !== 'string');
    for (const builder of builders) this.names.claim('store', builder.name, declared, builder);
    const names = all.filter((store) => typeof store === 'string');
    for (const name of names) this.find(name, declared);
    return { names, builders };
  }

  /** Builds who makes the store first. A name that only the DSL can know, of a join or of what a method builds, is left to the DSL. */
  private find(store: string, asking: DeclaredMember): void {
    for (const owner of storeOwners(this.topologies, this.config, store)) if (owner.member !== asking.member) this.reach(asking, owner);
    const builds = this.topologies.some(({ members }) => members.some(({ operator }) => operator === 'build'));
    const known = this.names.stores;
    if (builds || store.endsWith('-store') || known.includes(store)) return;
    const near = closest(store, known);
    const help = near === undefined ? 'Make it, or bring it along: @StreamTopology({ stores: [Stores.…] }).' : `Did you mean "${near}"?`;
    throw new MemberFault(asking, `uses store "${store}", which nobody makes`, help);
  }

  private upstream(asking: DeclaredMember, found: DeclaredMember): BuiltMember {
    const built = this.reach(asking, found);
    const fault = nothingAfter(built.face, asking, found);
    if (fault !== undefined) throw fault;
    return built;
  }

  /** Builds what another needs to be there first. */
  private reach(asking: DeclaredMember, found: DeclaredMember): BuiltMember {
    const from = this.underWay.findIndex(({ member }) => member === found.member);
    if (from >= 0) {
      const circle = [...this.underWay.slice(from), found]
        .map(({ topology, member }) => `${topology.type.name}.${member.name}`)
        .join(' <- ');
      throw new MemberFault(
        asking,
        `comes after itself: ${circle}`,
        'A topology has no circles; write to a topic and read it again if you mean one.',
      );
    }
    const built = this.build(found);
    if (built === 'failed') throw new UpstreamFailed();
    return built;
  }
}

/** Why the one that asks can not come after a face, if it can not. */
function nothingAfter(
  face: Face | Fold | undefined,
  asking: DeclaredMember,
  { topology, member }: DeclaredMember,
): MemberFault | undefined {
  const { operator, on } = asking.member;
  const place = placeOf(topology.type, member);
  if (face === undefined) return new MemberFault(asking, `nothing comes after ${place}`, 'Take the upstream of that member.');
  if (face instanceof Fold && (operator !== 'cogroup' || on === 'method'))
    return new MemberFault(
      asking,
      `nothing comes after ${place}`,
      `Take the table that it is folded into: "${member.options.into as string}".`,
    );
  if (face instanceof GlobalKTable && operatorCalls[operator].takes !== 'global tables too')
    return new MemberFault(
      asking,
      `no record comes from ${place}`,
      'A global table is looked up: join a stream with it, inject its store, or read its topic with @Table.',
    );
  return undefined;
}

/** How the records of a member can be written down: as its options say, else as its upstream's where the operator leaves those as they are. */
function serdesBehind({ operator }: MemberMetadata, { options, serdes }: OperatorCall): Serdes {
  const { keeps } = operatorCalls[operator];
  const known = serdes(0);
  const key = options.key ?? (keeps.startsWith('key') && options.groupBy === undefined ? known.key : undefined);
  const isWindowed = options.window !== undefined && !(options.window instanceof JoinWindow);
  // Windowed keys are encoded by a serde that the DSL derives from that of the key.
  return {
    key: isWindowed ? undefined : key,
    value: options.value ?? (keeps.endsWith('value') ? known.value : undefined),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
