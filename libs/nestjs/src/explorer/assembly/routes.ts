import type { EventType } from '@ouzel/streams';
import type { MemberMetadata } from '../../decorators/member.js';
import type { AnyRoutes, AnyStream } from '../../decorators/untyped.js';
import type { CheckedMember } from '../checks/checked-member.js';
import type { DeclaredTopology } from '../declared-topology.js';
import { kebabCase } from '../names.js';

const byHeader: EventType = { header: 'event-type' };

/**
 * The routers of an application. A router has all types of events that one topology takes of one upstream. It is named
 * `<topology>-<upstream>-route`.
 */
export class Routes {
  private readonly routers = new Map<string, AnyRoutes>();

  constructor(
    private readonly checked: ReadonlyMap<MemberMetadata, CheckedMember>,
    private readonly eventTypes: ReadonlyMap<DeclaredTopology, EventType>,
  ) {}

  /** Returns the router that a member with `@On` is behind. */
  of({ topology, upstreams }: CheckedMember, upstream: () => AnyStream): AnyRoutes {
    const from = upstreams[0]!;
    const foreign = from.topology === topology ? '' : `${from.topology.name}-`;
    const name = `${topology.name}-${foreign}${kebabCase(from.member.name)}-route`;
    const eventType = this.checked.get(from.member)?.options.eventType ?? this.eventTypes.get(topology) ?? byHeader;
    const router = this.routers.get(name) ?? upstream().route(eventType, { name });
    this.routers.set(name, router);
    return router;
  }
}
