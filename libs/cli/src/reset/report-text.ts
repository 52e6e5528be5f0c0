import type { ResetReport } from '@ouzel/streams';

/** Returns what a person reads of a reset. */
export function reportText({ applicationId, inputs, deletedTopics, leftTopics, stateDirectory }: ResetReport, dryRun: boolean): string {
  const section = (title: string, lines: readonly string[]) => [
    title,
    ...(lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line}`)),
  ];
  return [
    dryRun ? `What a reset of ${applicationId} would do (nothing was changed)` : `${applicationId} was reset`,
    ...section(
      dryRun ? 'Offsets to set:' : 'Offsets set:',
      inputs.map(({ topic, partition, offset }) => `${topic}-${partition}: ${offset}`),
    ),
    ...section(dryRun ? 'Topics to delete:' : 'Topics deleted:', deletedTopics),
    ...(leftTopics.length === 0 ? [] : section('Internal topics that stay:', leftTopics)),
    ...section(dryRun ? 'Local state to remove, on this machine:' : 'Local state removed, on this machine:', [stateDirectory]),
    '',
  ].join('\n');
}
