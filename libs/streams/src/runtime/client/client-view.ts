import type { Clock } from '@ouzel/core';
import type { ResolvedConfig } from '../../config/streams-config.js';
import type { Meters } from '../../metrics/meters.js';
import type { ApplicationPlan } from '../../topology/plan.js';
import type { ManagedTask } from '../lifecycle/managed-task.js';
import type { ClientState } from './client-state.js';
import type { Connectivity } from './connectivity.js';
import type { Engine } from './engine.js';
import type { RestoreLog } from './restore-log.js';
import type { TaskCounters } from './metrics/task-counters.js';

/** A client as it is now, as its status, its metrics and its store look-up see it. */
export interface ClientView {
  readonly config: ResolvedConfig;
  readonly plan: ApplicationPlan;
  readonly clock: Clock;
  readonly state: ClientState;
  readonly connectivity: Connectivity;
  readonly restores: RestoreLog;
  readonly counters: TaskCounters;
  readonly meters: Meters;
  /** Undefined until the client has been launched. */
  readonly engine: Engine | undefined;
  /** The tasks that the client has, in any state; none before the launch. */
  readonly tasks: readonly ManagedTask[];
  /** Why the client failed. */
  readonly failure: Error | undefined;
}

type Changing = 'engine' | 'tasks' | 'failure';

/** Makes the view of a client. Each query looks at it several times, so a client makes it once. */
export function clientView(
  parts: Omit<ClientView, Changing>,
  changing: { readonly engine: () => Engine | undefined; readonly failure: () => Error | undefined },
): ClientView {
  return {
    ...parts,
    get engine() {
      return changing.engine();
    },
    get tasks() {
      return [...(changing.engine()?.tasks.tasks.values() ?? [])];
    },
    get failure() {
      return changing.failure();
    },
  };
}
