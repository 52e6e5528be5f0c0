import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { metricTable, type MetricDefinition } from '../../libs/streams/src/metrics/metric-table.js';

const read = (file: string) => readFileSync(join(resolve(import.meta.dirname, '../..'), 'deploy', file), 'utf8');
const table: Readonly<Record<string, MetricDefinition>> = metricTable;

/** The labels that Prometheus and the module add to every metric. */
const everywhere = ['app', 'instance', 'job'];

/** Returns the declaration that a series name belongs to; undefined where there is none. */
function definitionOf(series: string): MetricDefinition | undefined {
  const part = /_(bucket|sum|count)$/.exec(series);
  const family = part === null ? undefined : table[series.slice(0, part.index)];
  return family?.type === 'histogram' ? family : table[series]?.type === 'histogram' ? undefined : table[series];
}

/** Returns what is wrong with a query: names and labels that no application has, rates of what does not count. */
function faultsOf(query: string): string[] {
  const texts = /"[^"]*"/g;
  const names = [...query.replace(texts, '""').matchAll(/\bouzel_\w+/g)].map(([name]) => name);
  if (names.length === 0) return ['it has no metric'];
  const definitions = names.map((name) => [name, definitionOf(name)] as const);
  const unknown = definitions.flatMap(([name, found]) => (found === undefined ? [`there is no ${name}`] : []));
  const labels = new Set([
    ...everywhere,
    ...definitions.flatMap(([name, found]) => [...(found?.labels ?? []), ...(name.endsWith('_bucket') ? ['le'] : [])]),
  ]);
  const selected = [...query.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label!);
  const grouped = [...query.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, list]) =>
    list!.split(',').map((label) => label.trim()),
  );
  const missing = [...selected, ...grouped].filter((label) => !labels.has(label)).map((label) => `no metric of it has the label ${label}`);
  const counted = [...query.replace(texts, '""').matchAll(/\b(?:rate|increase)\((ouzel_\w+)/g)].map(([, name]) => name!);
  const gauges = counted.filter((name) => definitionOf(name)?.type === 'gauge').map((name) => `${name} is a gauge`);
  return [...unknown, ...missing, ...gauges];
}

/** Labels that a legend or a text names. */
const namedIn = (text: string) => [...text.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label]) => label!);

/** Labels of the result of a query: those that it groups by, or all of its metrics. */
function labelsOf(query: string): string[] {
  const groups = [...query.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, list]) => list!.split(',').map((label) => label.trim()));
  if (/\b(sum|max|min|avg|count)\b/.test(query)) return groups;
  return [...everywhere, ...[...query.matchAll(/\bouzel_\w+/g)].flatMap(([name]) => definitionOf(name)?.labels ?? [])];
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string; readonly refId: string }[];
}
interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[] };
}

describe('The dashboard for Grafana', () => {
  const dashboard = JSON.parse(read('grafana/ouzel.json')) as Dashboard;
  const targets = dashboard.panels.flatMap(({ title, targets: queries = [] }) => queries.map((target) => ({ title, ...target })));

  it.each(targets)('asks for metrics that there are: $title, $refId', ({ expr, legendFormat }) => {
    expect(faultsOf(expr)).toEqual([]);
    expect(namedIn(legendFormat).filter((label) => !labelsOf(expr).includes(label))).toEqual([]);
  });

  it('has variables that it uses, over labels that there are', () => {
    const queries = dashboard.templating.list.flatMap(({ query }) => (typeof query === 'string' ? [] : [query.query]));
    for (const query of queries) expect(query).toMatch(/^label_values\(ouzel_state(\{app=~"\$app"\})?, (app|instance)\)$/);
    const names = dashboard.templating.list.map(({ name }) => `$${name}`);
    const used = new Set(targets.flatMap(({ expr }) => expr.match(/\$[a-z]\w*/g) ?? []));
    expect([...used].filter((name) => !names.includes(name))).toEqual([]);
  });

  it('has panels with titles of their own that do not lie on each other', () => {
    const panels = dashboard.panels;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  it('shows every counter and histogram of level info that says how an application is', () => {
    const shown = new Set(targets.flatMap(({ expr }) => (expr.match(/\bouzel_\w+/g) ?? []).map((name) => name.replace(/_bucket$/, ''))));
    for (const name of ['ouzel_consumer_lag_records', 'ouzel_errors_total', 'ouzel_record_e2e_latency_seconds', 'ouzel_dead_letters_total'])
      expect(shown).toContain(name);
  });
});

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

describe('The alert rules for Prometheus', () => {
  const file = parse(read('prometheus/ouzel-alerts.yaml')) as {
    readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
  };
  const rules = file.groups.flatMap((group) => group.rules);

  it('have the structure of a rule file, and names of their own', () => {
    expect(Object.keys(file)).toEqual(['groups']);
    for (const group of file.groups) expect(Object.keys(group)).toEqual(['name', 'rules']);
    expect(rules.length).toBeGreaterThan(6);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it.each(rules)('$alert asks for metrics that there are, and says what they mean', (rule) => {
    const { alert, expr, labels, annotations } = rule;
    expect(Object.keys(rule).filter((key) => !['alert', 'expr', 'for', 'labels', 'annotations'].includes(key))).toEqual([]);
    expect(alert).toMatch(/^Ouzel[A-Z]\w+$/);
    expect(rule.for ?? '0m').toMatch(/^\d+[smh]$/);
    expect(['warning', 'critical']).toContain(labels['severity']);
    expect(Object.keys(annotations)).toEqual(['summary', 'description']);
    expect(faultsOf(expr)).toEqual([]);
    for (const text of Object.values(annotations)) expect(namedIn(text).filter((label) => !labelsOf(expr).includes(label))).toEqual([]);
  });
});

describe('The check of queries', () => {
  it.each([
    ['ouzel_lag', ['there is no ouzel_lag']],
    ['sum by (topics) (ouzel_consumer_lag_records)', ['no metric of it has the label topics']],
    ['rate(ouzel_tasks[5m])', ['ouzel_tasks is a gauge']],
    ['ouzel_commit_duration_seconds', ['there is no ouzel_commit_duration_seconds']],
    ['ouzel_state{stat="RUNNING"}', ['no metric of it has the label stat']],
  ])('finds the fault of %s', (query, faults) => {
    expect(faultsOf(query)).toEqual(faults);
  });
});
