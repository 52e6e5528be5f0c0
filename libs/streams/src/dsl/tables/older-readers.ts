import type { PlanDefaults } from '../../topology/declarations.js';

/** Whether instances older than a release of Kafka Streams still read what is written (`upgrade.from`). */
export function isReadBefore(release: string, { upgradeFrom }: Pick<PlanDefaults, 'upgradeFrom'>): boolean {
  return upgradeFrom !== undefined && numberOf(upgradeFrom) < numberOf(release);
}

function numberOf(release: string): number {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return major * 1_000 + minor;
}
