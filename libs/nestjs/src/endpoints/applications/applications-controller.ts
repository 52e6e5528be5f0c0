import { Get, HttpStatus, Inject, Param, Post, Res } from '@nestjs/common';
import type { Application } from '../../handles/applications.js';
import { endpointOptionsToken, type ResolvedStreamsEndpoints } from '../endpoint-settings.js';
import { Described } from '../responses/described.js';
import { RefusedRequest } from '../refused-request.js';
import { Replies } from '../responses/replies.js';
import { ApplicationChoice } from './application-choice.js';

const actions: Readonly<Record<string, (application: Application) => void | Promise<void>>> = {
  pause: ({ streams }) => streams.pause(),
  resume: ({ streams }) => streams.resume(),
  stop: ({ streams }) => streams.close(),
  start: ({ streams }) => streams.start(),
};

/** The applications of this process, and what may be done to them. */
export class OuzelApplicationsController {
  constructor(
    @Inject(Replies) private readonly replies: Replies,
    @Inject(ApplicationChoice) private readonly choice: ApplicationChoice,
    @Inject(endpointOptionsToken) private readonly options: ResolvedStreamsEndpoints,
  ) {}

  @Get('applications')
  @Described('The applications of this process with their states')
  applications(@Res() response: unknown): Promise<unknown> {
    return this.replies.to(response, () => this.choice.all.map(summary));
  }

  @Post('applications/:application/:action')
  @Described('Pauses, resumes, stops or starts an application on this instance: pause, resume, stop, start')
  act(@Param('application') name: string, @Param('action') action: string, @Res() response: unknown): Promise<unknown> {
    return this.replies.to(response, async () => {
      const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (act === undefined) throw new RefusedRequest(HttpStatus.NOT_FOUND, 'ACTION_UNKNOWN', `there is no action "${action}"`);
      this.requireActions();
      const application = this.choice.named(name);
      await act(application);
      return summary(application);
    });
  }

  private requireActions(): void {
    if (this.options.actions) return;
    const help = 'Set `actions: true` in `endpoints.streams`.';
    throw new RefusedRequest(HttpStatus.FORBIDDEN, 'ACTIONS_OFF', 'applications can not be paused or stopped here', help);
  }
}

function summary({ streams }: Application): object {
  const { applicationId, state, stateSince, isPaused, memberId, generation, connectivity, tasks, standbys, failure } = streams.status();
  return {
    name: streams.name,
    applicationId,
    state,
    stateSince,
    isPaused,
    memberId,
    generation,
    connectivity,
    tasks: tasks.length,
    standbys: standbys.length,
    failure,
  };
}
