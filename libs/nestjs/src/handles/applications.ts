import { Injectable } from '@nestjs/common';
import type { DeclaredStore, Fault } from '@ouzel/streams';
import type { OuzelStreams } from './ouzel-streams.js';
import { defaultApp } from './tokens.js';

export interface Application {
  readonly streams: OuzelStreams;
  readonly applicationId: string;
  /** Whether its module says which endpoints there are. */
  readonly hasEndpoints: boolean;
  /** Returns how long a restore may stand still before liveness fails, ms. */
  stallTimeout(): number;
  /** Returns the stores of its topology; none before it is assembled. */
  stores(): readonly DeclaredStore[];
}

/** The applications of one Nest container. Health and metrics speak for all of them. */
@Injectable()
export class Applications {
  private readonly registered: Application[] = [];

  get names(): readonly string[] {
    return [...new Set(this.registered.map(({ streams }) => streams.name))].sort();
  }
  get all(): readonly Application[] {
    return this.registered;
  }

  /** Whether a module says which endpoints there are, so that the default ones do not count. */
  get haveEndpoints(): boolean {
    return this.registered.some(({ hasEndpoints }) => hasEndpoints);
  }

  register(application: Application): void {
    this.registered.push(application);
  }

  /**
   * Returns a fault when several modules have the name: their topologies, stores and handles could not be told apart.
   */
  faultsOf(name: string): readonly Fault[] {
    const same = this.registered.filter(({ streams }) => streams.name === name);
    if (same.length < 2) return [];
    const ids = same.map(({ applicationId }) => `"${applicationId}"`).join(' and ');
    const example = `OuzelModule.forRoot({ name: '${same[1]!.applicationId}', … }) and @StreamTopology({ app: '${same[1]!.applicationId}' })`;
    return [
      {
        where: 'OuzelModule',
        what: `${same.length} modules have ${name === defaultApp ? 'no name' : `the name "${name}"`}: applications ${ids}`,
        help: `Each application of a process but one needs a name of its own: ${example}`,
      },
    ];
  }
}
