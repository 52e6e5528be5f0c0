import type { PipeTransform, Type } from '@nestjs/common';
import { duration, oneOf } from '@ouzel/core/settings';
import type { Fault, RetryOptions } from '@ouzel/streams';
import { marksOf, type Mark } from '../../decorators/marks.js';
import { operatorCalls } from '../calls/operator-calls.js';
import type { Punctuation } from '../calls/process-calls.js';
import type { DeclaredMember } from '../declared-topology.js';
import { retry } from '../options/option-readers.js';
import type { OptionReading } from '../options/option-reading.js';
import { helpFor } from '../names.js';

export type Pipe = PipeTransform | Type<PipeTransform>;

/** The additions to an operator by other decorators of its method. */
export interface MethodAdditions {
  readonly retry: RetryOptions | undefined;
  /** Pipes that the value goes through before the method is called. */
  readonly pipes: readonly Pipe[];
  readonly punctuations: readonly Punctuation[];
}

const onlyCallbacks =
  'It works where a method is called once for each record, before anything else is done with it: @Filter, @Map, @MapValues, @Peek and their relatives. Put it on such a member before this one.';
const notInProcessors = `A processor may have forwarded or stored something before it failed. ${onlyCallbacks}`;

/** Reads what is added to a member. Adds what does not fit to `faults`. */
export function methodAdditions(declared: DeclaredMember, reading: OptionReading, faults: Fault[]): MethodAdditions {
  const { topology, member } = declared;
  const marks = marksOf(topology.type);
  const own = marks.filter(({ name }) => name === member.name);
  const pipes = pipesOf(declared, own, faults);
  return { retry: retryOf(declared, own, reading, faults), pipes, punctuations: punctuationsOf(declared, marks, reading, faults) };
}

function retryOf({ member }: DeclaredMember, own: readonly Mark[], reading: OptionReading, faults: Fault[]): RetryOptions | undefined {
  const [mark, second] = own.filter(({ kind }) => kind === 'retry');
  if (mark === undefined) return undefined;
  if (second !== undefined) faults.push({ what: 'has two @Retry', help: 'Keep one.' });
  if (member.options.retry !== undefined) faults.push({ what: 'has the option "retry", and @Retry too', help: 'Keep one.' });
  const { calls } = operatorCalls[member.operator];
  if (calls !== 'with the value')
    faults.push({ what: '@Retry does not work here', help: calls === undefined ? onlyCallbacks : notInProcessors });
  return reading.value(mark.given ?? null, '@Retry', retry, faults);
}

function pipesOf({ topology, member }: DeclaredMember, own: readonly Mark[], faults: Fault[]): readonly Pipe[] {
  if (member.on !== 'method') return [];
  const method = (topology.instance as Readonly<Record<string, object>>)[member.name]!;
  const ofMethod = (Reflect.getMetadata('__pipes__', method) ?? []) as readonly Pipe[];
  const values = own.filter(({ kind }) => kind === 'value');
  for (const { parameter } of values)
    if (parameter !== 0)
      faults.push({ what: `@Value is on parameter ${parameter! + 1}`, help: 'The value of the record is the first parameter.' });
  const pipes = [...ofMethod, ...values.flatMap(({ given }) => given as readonly Pipe[])];
  if (pipes.length > 0 && operatorCalls[member.operator].calls === undefined)
    faults.push({ what: 'a pipe does not work here', help: onlyCallbacks });
  for (const pipe of pipes)
    if (!isPipe(pipe))
      faults.push({ what: 'has a pipe that is none', help: 'A pipe is a class with a method `transform`, or an instance of it.' });
  return pipes;
}

function isPipe(pipe: unknown): boolean {
  const made: unknown = typeof pipe === 'function' ? pipe.prototype : pipe;
  return typeof (made as { readonly transform?: unknown } | null | undefined)?.transform === 'function';
}

/** A processor class has its punctuators itself. Those of a `@Process` method stand beside it, and name it. */
function punctuationsOf(
  { member }: DeclaredMember,
  ofTopology: readonly Mark[],
  reading: OptionReading,
  faults: Fault[],
): readonly Punctuation[] {
  const marks = member.processor === undefined ? ofTopology.filter(({ options }) => options.of === member.name) : marksOf(member.processor);
  return marks
    .filter(({ kind }) => kind === 'punctuate')
    .map((mark) => {
      const place = `@Punctuate of "${mark.name}"`;
      const every = reading.value(mark.given, `the interval of ${place}`, duration(1), faults);
      if (mark.given === undefined) faults.push({ what: `${place} needs an interval`, help: "Give it one: @Punctuate('10s')." });
      const type = reading.value(
        mark.options.type ?? 'wall-clock-time',
        `type of ${place}`,
        oneOf('wall-clock-time', 'stream-time'),
        faults,
      );
      for (const option of Object.keys(mark.options))
        if (!['type', 'of'].includes(option))
          faults.push({ what: `${place} has no option "${option}"`, help: helpFor(option, ['type', 'of'], '') });
      return { method: mark.name, every: every ?? 0, type: type ?? 'wall-clock-time' };
    });
}
