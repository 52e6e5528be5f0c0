import type { Api } from './api.js';

export interface ListedGroups {
  readonly errorCode: number;
  readonly groups: readonly { readonly group: string; readonly protocolType: string }[];
}

/**
 * Lists the groups that a broker coordinates.
 *
 *   request  = nothing
 *   response = throttle int32 | error int16 | [group | protocol type]
 */
export const listGroups: Api<void, ListedGroups> = {
  key: 16,
  name: 'ListGroups',
  versions: [2],
  flexibleFrom: 3,
  write() {},
  read(reader) {
    reader.int32();
    const errorCode = reader.int16();
    return { errorCode, groups: reader.array(() => ({ group: reader.string(), protocolType: reader.string() })) };
  },
};
