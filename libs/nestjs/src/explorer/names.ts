import { nearest } from '@ouzel/core/settings';

/** `spendPerMinute` -> `spend-per-minute`, `toEUR` -> `to-eur`. */
export function kebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/_+/g, '-')
    .toLowerCase();
}

/** `PaymentTopology` -> `payment`. */
export function topologyName(className: string): string {
  return kebabCase(className.replace(/(?<=.)Topology$/, ''));
}

/** Returns the candidate that was probably meant by a name that is none of them, or undefined when none is near. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  return nearest(
    name,
    [...candidates].map((candidate) => [candidate, candidate]),
  );
}

/** Returns the question for a name that is near one of the candidates: `Did you mean "payments"?` */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const near = nearestName(name, candidates);
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}

/**
 * Returns advice for a name that is none of the candidates: the one that was probably meant, else all of them, else
 * `none`.
 */
export function helpFor(name: string, candidates: readonly string[], none: string): string {
  return didYouMean(name, candidates) ?? (candidates.length === 0 ? none : `There are ${candidates.join(', ')}.`);
}
