import { HttpStatus, Inject, Injectable } from '@nestjs/common';
import { Applications, type Application } from '../../handles/applications.js';
import { RefusedRequest } from '../refused-request.js';
import { textOf, type Query } from '../values/query.js';

/** Finds the application that a request is about, by its name in this process or its application id. */
@Injectable()
export class ApplicationChoice {
  constructor(@Inject(Applications) private readonly applications: Applications) {}

  /** All applications of the process, whether their clients are made or not. */
  get registered(): readonly Application[] {
    return this.applications.all;
  }

  /** All applications of the process whose topology is assembled. */
  get all(): readonly Application[] {
    return this.applications.all.filter(({ streams }) => streams.isAssembled);
  }

  /** The parameter `application` chooses. It may be left out where the process has one application. */
  of(query: Query): Application {
    return this.named(textOf(query, 'application'));
  }

  named(name: string | undefined): Application {
    const all = this.all;
    const names = all.map(({ streams }) => streams.name).join(', ');
    if (name === undefined) {
      if (all.length === 1) return all[0]!;
      throw new RefusedRequest(HttpStatus.BAD_REQUEST, 'REQUEST', '"application" is missing', `There are: ${names}.`);
    }
    const found = all.find(({ streams, applicationId }) => streams.name === name || applicationId === name);
    if (found !== undefined) return found;
    throw new RefusedRequest(HttpStatus.NOT_FOUND, 'APPLICATION_UNKNOWN', `there is no application "${name}"`, `There are: ${names}.`);
  }
}
