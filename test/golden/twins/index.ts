import { aggregates } from './aggregates.js';
import { cogroup } from './cogroup.js';
import { errors } from './errors.js';
import { foreignKeyJoins } from './foreign-key-joins.js';
import { fuzz } from './fuzz.js';
import { globalTables } from './global-tables.js';
import { headers } from './headers.js';
import { names } from './names.js';
import { naming } from './naming.js';
import type { Twins } from './parts.js';
import { processors } from './processors.js';
import { stateless } from './stateless.js';
import { stores } from './stores.js';
import { streamJoins } from './stream-joins.js';
import { streamTableJoins } from './stream-table-joins.js';
import { suppress } from './suppress.js';
import { tableJoins } from './table-joins.js';
import { tables } from './tables.js';
import { windows } from './windows.js';

/** The twins of all recorded families. */
export const twins: Twins = {
  ...stateless,
  ...aggregates,
  ...windows,
  ...suppress,
  ...cogroup,
  ...tables,
  ...streamJoins,
  ...streamTableJoins,
  ...globalTables,
  ...tableJoins,
  ...foreignKeyJoins,
  ...processors,
  ...stores,
  ...errors,
  ...headers,
  ...naming,
  ...names,
  ...fuzz,
};
