import type { Settings } from '@ouzel/core/settings';
import { applicationSettings } from './application.js';
import { clientSettings } from './clients.js';
import { errorsSettings } from './errors.js';
import { groupSettings } from './group.js';
import { measuringSettings } from './metrics.js';
import { portSettings } from './ports.js';
import { processingSettings } from './processing.js';
import { querySettings } from './queries.js';
import { stateSettings } from './state.js';
import { topicsSettings } from './topics.js';
import { topologySettings } from './topology.js';

/** The settings by subject, in the order in which the documentation lists them. */
export const settingsBySubject = {
  Application: applicationSettings,
  Processing: processingSettings,
  Topology: topologySettings,
  State: stateSettings,
  Queries: querySettings,
  Group: groupSettings,
  Topics: topicsSettings,
  Errors: errorsSettings,
  'Producer and consumer': clientSettings,
  Metrics: measuringSettings,
  Ports: portSettings,
} satisfies Readonly<Record<string, Settings>>;

/** Every setting of a client: its type, its check, its default and its names in Kafka. No other place knows them. */
export const streamsSettings = {
  ...applicationSettings,
  ...processingSettings,
  ...topologySettings,
  ...stateSettings,
  ...querySettings,
  ...groupSettings,
  ...topicsSettings,
  ...errorsSettings,
  ...clientSettings,
  ...measuringSettings,
  ...portSettings,
} satisfies Settings;
