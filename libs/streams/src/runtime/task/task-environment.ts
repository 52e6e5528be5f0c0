import type { Clock, Logger, Random } from '@ouzel/core';
import type { Producer } from '@ouzel/kafka';
import type { DroppedRecord } from '../../record/dropped.js';
import type { DecodedBudget } from '../../state/rows/decoded-budget.js';
import type { Tracing } from '../../processor/tracing.js';
import type { Meters } from '../../metrics/meters.js';
import type { RecordCache } from '../../state/cache/record-cache.js';
import type { RowCache } from '../../state/cache/row-cache.js';
import type { StateStore } from '../../state/state-store.js';
import type { PartitionCounts } from '../topics/partition-counts.js';
import type { ErrorHandlers } from './handler-verdicts.js';
import type { RefusedRecords } from './refused-records.js';
import type { SerdeDefaults } from './node-graph.js';
import type { InputLag } from './partition-group.js';

/** The parts that all tasks of an application share. */
export interface TaskEnvironment {
  readonly applicationId: string;
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly handlers: ErrorHandlers;
  readonly onDropped: ((record: DroppedRecord) => void) | undefined;
  /** Ends the loop's waiting, because a task has something to do. */
  readonly wake?: () => void;
  readonly defaults: SerdeDefaults;
  readonly producer: Producer;
  /**
   * Set with exactly once: outputs then wait for the commit, as changelog records do. Default: they are sent at once.
   */
  readonly refusals?: RefusedRecords | undefined;
  readonly counts: PartitionCounts;
  readonly cache: RecordCache | undefined;
  readonly rowCache?: RowCache | undefined;
  /** Limits the rows that all stores keep decoded. Default: each task has a budget of its own. */
  readonly decoded?: DecodedBudget;
  /** Local state that was committed longer ago than this is removed at opening. Default: never. */
  readonly stateMaxAgeMs?: number;
  readonly meters: Meters;
  /** Follows records. Default: none is followed. */
  readonly tracing?: Tracing | undefined;
  readonly lag: InputLag;
  readonly maxTaskIdleMs: number;
  /** How long inputs deliver nothing before event time goes on without them, ms; 0: never. */
  readonly idleSourceTimeoutMs?: number;
  /** A jump of stream time that is longer is logged and counted, ms. Default: none is. */
  readonly timeJumpMs?: number;
  /** Stores that every instance holds whole; any processor may ask for them. Default: there are none. */
  readonly globalStores?: GlobalStoreLookup;
}

export interface GlobalStoreLookup {
  /** Returns whether the topology has a global store of this name. */
  has(name: string): boolean;
  /** Returns undefined before the store is open. */
  get(name: string): StateStore | undefined;
}
