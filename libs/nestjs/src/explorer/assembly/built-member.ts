import { JoinWindow, KStream, KTable } from '@ouzel/streams';
import type { MemberMetadata } from '../../decorators/member.js';
import type { AnyStream } from '../../decorators/untyped.js';
import type { Fold, OperatorCall, Serdes, StreamOrTable } from '../calls/operator-call.js';
import { operatorCalls } from '../calls/operator-calls.js';

/** A member whose DSL call is made. */
export interface BuiltMember {
  /** The stream or table that the call returned. Undefined for a sink. */
  readonly made: StreamOrTable | Fold | undefined;
  readonly serdes: Serdes;
  /** Returns the member as a stream. All users of a table share one `toStream`. Undefined for a sink. */
  readonly stream: () => AnyStream | undefined;
}

/** Makes the DSL call of a member. */
export function builtMember(call: OperatorCall, member: MemberMetadata): BuiltMember {
  const { suppress } = call.options;
  const result = operatorCalls[member.operator].call(call) ?? undefined;
  const made = result instanceof KTable && suppress !== undefined ? result.suppress(suppress, { name: call.name('suppress') }) : result;
  const stream = once(() => {
    if (made instanceof KTable) return made.toStream({ name: call.name('stream') });
    return made instanceof KStream ? made : undefined;
  });
  return { made, serdes: serdesBehind(member, call), stream };
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
