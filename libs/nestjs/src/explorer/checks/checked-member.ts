import type { StoreBuilder, Fault } from '@ouzel/streams';
import { processorOptionsOf } from '../../decorators/processor.js';
import { operatorCalls } from '../calls/operator-calls.js';
import { faultOf, MemberFault, type DecoratorFault } from '../decorator-error.js';
import type { Declaration, DeclaredMember, DeclaredTopology } from '../declared-topology.js';
import type { OperatorOptions } from '../options/operator-options.js';
import { processorStores, type SourceTopics } from '../options/option-readers.js';
import type { OptionReading } from '../options/option-reading.js';
import { memberBehind, upstreamsOf } from './member-lookup.js';
import { methodAdditions, type MethodAdditions } from './method-additions.js';

/** A member whose decorators fit: their options are read, and its upstreams are found. */
export interface CheckedMember extends DeclaredMember, Pick<MethodAdditions, 'pipes' | 'punctuations'> {
  readonly options: OperatorOptions;
  /** The topics of a source, or the topic of a sink. */
  readonly topics: SourceTopics | undefined;
  readonly upstreams: readonly DeclaredMember[];
  /** Stores of its processor: those that the class brings along, then those that the member names. */
  readonly stores: readonly (string | StoreBuilder)[];
}

/**
 * Checks the decorator of a member: its options, its topics, and that its upstreams exist. Adds every fault to the
 * list, and returns undefined when there is one.
 */
export function checkedMember(
  declared: DeclaredMember,
  topologies: readonly DeclaredTopology[],
  reading: OptionReading,
  faults: DecoratorFault[],
): CheckedMember | undefined {
  const { member } = declared;
  const row = operatorCalls[member.operator];
  const found: Fault[] = [];
  const options = reading.options(member.options, row.options, row.required ?? [], found);
  const topics = row.topics && reading.value(member.topic, 'the topic', row.topics, found);
  if (row.topics !== undefined && member.on === 'property' && member.topic === undefined)
    found.push({ what: 'needs a topic', help: `It must be ${row.topics.form}.` });
  const ownStores =
    member.processor &&
    reading.value(processorOptionsOf(member.processor)?.stores, `stores of ${member.processor.name}`, processorStores, found);
  const { retry, pipes, punctuations } = methodAdditions(declared, reading, found);
  const before = faults.length;
  faults.push(...found.map((fault) => faultIn(declared, fault)));
  const upstreams = upstreamsOf(declared).flatMap((upstream) => {
    try {
      return [memberBehind(topologies, declared, upstream)];
    } catch (thrown) {
      if (!(thrown instanceof MemberFault)) throw thrown;
      faults.push(thrown.fault);
      return [];
    }
  });
  if (faults.length > before) return undefined;
  return {
    ...declared,
    options: { ...options, ...retried(options, retry, pipes) },
    topics,
    upstreams,
    stores: [...(ownStores ?? []), ...(options.stores ?? [])],
    pipes,
    punctuations,
  };
}

/** A pipe may return a promise, which an operator waits for that would call its method again. */
function retried(options: OperatorOptions, retry: MethodAdditions['retry'], pipes: readonly unknown[]): Pick<OperatorOptions, 'retry'> {
  const found = retry ?? options.retry ?? (pipes.length > 0 ? { attempts: 1 } : undefined);
  return found === undefined ? {} : { retry: found };
}

/** Returns a fault of an option as a fault of the declaration that has the option. */
export function faultIn(declaration: Declaration, { where, what, help }: Fault): DecoratorFault {
  return faultOf(declaration, where === undefined ? what : `${where} ${what}`, help);
}
