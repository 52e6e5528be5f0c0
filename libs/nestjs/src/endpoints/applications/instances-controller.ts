import { Get, Inject, Query, Res } from '@nestjs/common';
import type { InputStatus, TaskStatus } from '@ouzel/streams';
import { Described } from '../responses/described.js';
import { Replies } from '../responses/replies.js';
import type { Query as Parameters } from '../values/query.js';
import { ApplicationChoice } from './application-choice.js';
import { Instances, type InstanceReport } from './instances.js';
import { lagSeconds } from './lag.js';

const application = { application: 'Name or application id, where the process has several' };

/** Tasks, assignment, lag and restores of all instances of an application that can be asked. */
export class OuzelInstancesController {
  constructor(
    @Inject(Replies) private readonly replies: Replies,
    @Inject(ApplicationChoice) private readonly choice: ApplicationChoice,
    @Inject(Instances) private readonly instances: Instances,
  ) {}

  @Get('tasks')
  @Described('The tasks and standby tasks of each instance', application)
  tasks(@Query() query: Parameters, @Res() response: unknown): Promise<unknown> {
    return this.perInstance(query, response, ({ status }) => ({ tasks: status?.tasks ?? [], standbys: status?.standbys ?? [] }));
  }

  @Get('assignment')
  @Described('Which instance has which tasks and standby tasks', application)
  assignment(@Query() query: Parameters, @Res() response: unknown): Promise<unknown> {
    return this.perInstance(query, response, ({ tasks, standbys, status }) => ({
      generation: status?.generation ?? null,
      tasks,
      standbys,
      unprocessed: status?.unprocessed ?? [],
    }));
  }

  @Get('lag')
  @Described('How far each input partition is behind, in records and in seconds of stream time', application)
  lag(@Query() query: Parameters, @Res() response: unknown): Promise<unknown> {
    return this.perInstance(query, response, ({ status }) => ({ partitions: (status?.tasks ?? []).flatMap(lagOfTask) }));
  }

  @Get('restore')
  @Described('How far the stores are restored that tasks wait for, and the copies of standby tasks', application)
  restore(@Query() query: Parameters, @Res() response: unknown): Promise<unknown> {
    return this.perInstance(query, response, ({ status }) => ({
      restore: status?.restore ?? null,
      stores: (status?.tasks ?? []).flatMap(({ id, stores }) => stores.map((store) => ({ task: id, ...store }))),
      standbys: status?.standbys ?? [],
    }));
  }

  private perInstance(query: Parameters, response: unknown, of: (report: InstanceReport) => object): Promise<unknown> {
    return this.replies.to(response, async () => {
      const { streams, applicationId } = this.choice.of(query);
      const reports = await this.instances.reports(streams);
      const instances = reports.map((report) => ({
        id: report.id,
        server: report.server,
        isSelf: report.isSelf,
        unreachable: report.unreachable,
        ...of(report),
      }));
      return { applicationId, instances };
    });
  }
}

function lagOfTask({ id, partitions, streamTime }: TaskStatus): object[] {
  const now = Date.now();
  return partitions.map((input: InputStatus) => ({ task: id, ...input, lagSeconds: lagSeconds(input, streamTime, now) }));
}
