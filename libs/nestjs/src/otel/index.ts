/**
 * Traces by OpenTelemetry: an entry of its own, so that applications without it need no further package.
 *
 * @packageDocumentation
 */
export { openTelemetry, type OpenTelemetryOptions } from './open-telemetry.js';
