import { aggregates } from './aggregates.js';
import { joins } from './joins.js';
import { processors } from './processors.js';
import type { Run } from './run.js';
import { streams } from './streams.js';

export const runs: readonly Run[] = [...streams, ...aggregates, ...joins, ...processors];
