import { metricTable, type MetricDefinition } from '../../libs/streams/src/metrics/metric-table.js';
import { metricsGuide, metricsHead } from './metrics-text.js';

/** The sections of the page, each with the first metric that stands in it. */
const sections: readonly (readonly [title: string, first: keyof typeof metricTable])[] = [
  ['Client', 'ouzel_info'],
  ['Tasks', 'ouzel_tasks'],
  ['Input and lag', 'ouzel_records_consumed_total'],
  ['Processing', 'ouzel_records_processed_total'],
  ['Errors', 'ouzel_dropped_records_total'],
  ['Output', 'ouzel_records_produced_total'],
  ['Commits', 'ouzel_commits_total'],
  ['Restore', 'ouzel_restored_records_total'],
  ['Stores and caches', 'ouzel_store_entries'],
];

/** Returns docs/METRICS.md. */
export function metricsPage(): string {
  const names = Object.keys(metricTable);
  const starts = sections.map(([, first]) => names.indexOf(first));
  const parts = sections.map(([title], i) => sectionText(title, names.slice(starts[i], starts[i + 1])));
  return `${metricsHead}${parts.join('')}\n${metricsGuide}`;
}

function sectionText(title: string, names: readonly string[]): string {
  const rows = names.map((name) => {
    const { type, help, labels, level, kafka = '' } = (metricTable as Readonly<Record<string, MetricDefinition>>)[name]!;
    const shown = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${type} | ${shown} | ${level} | ${help} | ${kafka && `\`${kafka}\``} |\n`;
  });
  return `\n### ${title}\n\n| metric | type | labels | level | | with \`compat\` also |\n|---|---|---|---|---|---|\n${rows.join('')}`;
}
