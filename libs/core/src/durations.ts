import { OuzelError } from './errors/index.js';

/** A time span: milliseconds, or a number with a unit, such as '500ms', '10s', '5m', '1h' or '1d'. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Returns whole milliseconds, of a text of the environment too. Throws OUZEL_CONFIG when it is not a duration; `name`
 * says where it stands.
 */
export function durationMs(duration: Duration | string, name = 'duration'): number {
  const parts = typeof duration === 'string' ? /^(-?\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/.exec(duration) : null;
  const ms = typeof duration === 'number' ? duration : parts === null ? NaN : Number(parts[1]) * unitMs[parts[2]!]!;
  if (Number.isNaN(ms)) {
    throw new OuzelError('OUZEL_CONFIG', {
      what: `"${String(duration)}" is not a duration`,
      where: name,
      help: "Write milliseconds as a number, or '500ms', '10s', '5m', '1h', '1d'.",
    });
  }
  return Math.round(ms);
}

/** Returns a duration in its largest whole unit: 300,000 is '5m'. */
export function showDuration(ms: number): string {
  if (ms === 0 || !Number.isFinite(ms)) return String(ms);
  const unit = ['d', 'h', 'm', 's'].find((name) => ms % unitMs[name]! === 0) ?? 'ms';
  return `${ms / unitMs[unit]!}${unit}`;
}

/** Returns a duration rounded to its largest unit: 300,123 is '5m'. */
export function roughDuration(ms: number): string {
  const unit = ['d', 'h', 'm', 's'].find((name) => ms >= unitMs[name]!) ?? 'ms';
  return `${Math.round(ms / unitMs[unit]!)}${unit}`;
}
