import { asError, OuzelError } from '@ouzel/streams';
import type { MemberMetadata } from '../../decorators/member.js';
import type { CheckedMember } from '../checks/checked-member.js';
import { nothingAfter } from '../checks/nothing-after.js';
import { faultOf, MemberFault, UpstreamFailed, type DecoratorFault } from '../decorator-error.js';
import type { Declaration, DeclaredMember } from '../declared-topology.js';
import { defined } from '../options/option-reading.js';
import { builtMember, type BuiltMember } from './built-member.js';
import { callOf, type CallParts } from './member-call.js';
import { StoreConnections } from './store-connections.js';

/** Makes the DSL calls of members, upstreams before the members that need them. Every member is tried. */
export class MemberBuilder {
  private readonly parts: CallParts;
  private readonly built = new Map<MemberMetadata, BuiltMember | 'failed'>();
  /** The members whose calls are being made. Each is needed by the one before it. */
  private readonly underWay: DeclaredMember[] = [];

  /**
   * `members` are all of the application. Those that are not in `checked` have failed. Faults are added to `faults`.
   */
  constructor(
    members: readonly DeclaredMember[],
    private readonly checked: ReadonlyMap<MemberMetadata, CheckedMember>,
    parts: Omit<CallParts, 'connections'>,
    private readonly faults: DecoratorFault[],
  ) {
    const declared = members.map((one) => checked.get(one.member) ?? one);
    const connections = new StoreConnections(declared, parts.names, (asking, owner) => this.reach(asking, owner));
    this.parts = { ...parts, connections };
  }

  /** Builds a member that is not built yet. */
  build(declared: DeclaredMember): BuiltMember | 'failed' {
    const { member } = declared;
    const result = this.built.get(member) ?? this.tried(declared);
    this.built.set(member, result);
    return result;
  }

  private tried(declared: DeclaredMember): BuiltMember | 'failed' {
    const checked = this.checked.get(declared.member);
    if (checked === undefined) return 'failed';
    this.underWay.push(checked);
    try {
      return this.call(checked);
    } catch (thrown) {
      const fault = faultBehind(checked, thrown);
      if (fault !== undefined) this.faults.push(fault);
      return 'failed';
    } finally {
      this.underWay.pop();
    }
  }

  private call(checked: CheckedMember): BuiltMember {
    const { topology, member, options } = checked;
    const upstreams = checked.upstreams.map((upstream) => this.upstream(checked, upstream));
    const call = callOf(checked, upstreams, this.parts);
    const result = builtMember(call, member);
    if (options.to !== undefined) result.stream()?.to(options.to, { name: call.name('to'), ...defined(result.serdes) });
    if (member.on === 'property')
      Object.defineProperty(topology.instance, member.name, { value: result.made, configurable: true, enumerable: true, writable: true });
    return result;
  }

  private upstream(asking: CheckedMember, upstream: DeclaredMember): BuiltMember {
    const built = this.reach(asking, upstream);
    const fault = nothingAfter(built.made, asking, upstream);
    if (fault !== undefined) throw fault;
    return built;
  }

  /**
   * Builds a member that another needs first. Throws UpstreamFailed, or a MemberFault where the two need each other.
   */
  private reach(asking: DeclaredMember, needed: DeclaredMember): BuiltMember {
    const from = this.underWay.findIndex(({ member }) => member === needed.member);
    if (from >= 0) {
      const circle = [...this.underWay.slice(from), needed].map(({ topology, member }) => `${topology.type.name}.${member.name}`);
      throw new MemberFault(
        asking,
        `comes after itself: ${circle.join(' <- ')}`,
        'A topology has no circles; write to a topic and read it again if you mean one.',
      );
    }
    const built = this.build(needed);
    if (built === 'failed') throw new UpstreamFailed();
    return built;
  }
}

/** Returns what was thrown as a fault of the declaration. Undefined where another member has the fault. */
export function faultBehind(declaration: Declaration, thrown: unknown): DecoratorFault | undefined {
  if (thrown instanceof UpstreamFailed) return undefined;
  if (thrown instanceof MemberFault) return thrown.fault;
  if (!(thrown instanceof OuzelError)) return faultOf(declaration, asError(thrown).message, undefined, thrown);
  const what = thrown.where === undefined ? thrown.what : `${thrown.what} (${thrown.where})`;
  return faultOf(declaration, what, thrown.help, thrown);
}
