import type { Api } from './api.js';
import type { BrokerAddress } from './metadata.js';

/** The kinds of coordinators: of a group, by its name, and of the transactions of a transactional id. */
export type CoordinatorKind = 'group' | 'transaction';

/**
 * Finds the broker that coordinates a group or a transactional id.
 *
 *   request  = key | kind int8 (0 group, 1 transaction)
 *   response = throttle int32 | error int16 | message? | node int32 | host | port int32
 */
export const findCoordinator: Api<
  { readonly kind: CoordinatorKind; readonly key: string },
  BrokerAddress & { readonly errorCode: number; readonly message: string | null }
> = {
  key: 10,
  name: 'FindCoordinator',
  versions: [1, 2],
  flexibleFrom: 3,
  write(writer, { kind, key }) {
    writer.string(key).int8(kind === 'group' ? 0 : 1);
  },
  read(reader) {
    reader.int32();
    return {
      errorCode: reader.int16(),
      message: reader.nullableString(),
      nodeId: reader.int32(),
      host: reader.string(),
      port: reader.int32(),
    };
  },
};
