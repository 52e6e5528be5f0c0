import type { Api } from './api.js';

export interface DescribedGroup {
  readonly errorCode: number;
  readonly members: readonly { readonly memberId: string; readonly clientId: string; readonly host: string }[];
}

/**
 * Lists the members of a group.
 *
 *   request  = [group] | operations bool
 *   response = throttle int32 | [error int16 | group | state | protocol type | protocol
 *            | [member | instance? | client id | host | metadata bytes | assignment bytes] | operations int32]
 */
export const describeGroups: Api<{ readonly group: string }, DescribedGroup> = {
  key: 15,
  name: 'DescribeGroups',
  versions: [4],
  flexibleFrom: 5,
  write(writer, { group }) {
    writer.array([group], (name) => writer.string(name)).bool(false);
  },
  read(reader) {
    reader.int32();
    const [described] = reader.array((): DescribedGroup => {
      const errorCode = reader.int16();
      for (let field = 0; field < 4; field++) reader.string();
      const members = reader.array(() => {
        const memberId = reader.string();
        reader.nullableString();
        const member = { memberId, clientId: reader.string(), host: reader.string() };
        reader.bytes();
        reader.bytes();
        return member;
      });
      reader.int32();
      return { errorCode, members };
    });
    return described ?? { errorCode: 0, members: [] };
  },
};
