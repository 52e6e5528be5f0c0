import { durationMs } from '@ouzel/core';

// Each of these functions returns undefined where the text has another form.

/** Reads ISO 8601, `2026-01-31T12:00:00.000`. A time without a zone is one of UTC, as in Kafka's tools. */
export function dateTime(text: string): Date | undefined {
  const [, hasZone] = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(text) ?? [undefined, null];
  if (hasZone === null) return undefined;
  const date = new Date(hasZone === undefined ? `${text}Z` : text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Reads ISO 8601, `P1DT12H30M`, as Java's Duration does, or a duration of Ouzel, `36h`. Returns ms. */
export function duration(text: string): number | undefined {
  const iso = /^P(?=.)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/i.exec(text);
  if (iso !== null) {
    const [days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number];
    return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
  }
  try {
    return durationMs(text);
  } catch {
    return undefined;
  }
}

export function wholeNumber(text: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
