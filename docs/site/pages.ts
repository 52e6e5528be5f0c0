/** A page of the site: a markdown file of this repository, as a path from its root. */
export interface Page {
  readonly title: string;
  readonly file: string;
}

/** A part of the sidebar. */
export interface Section {
  readonly title: string;
  readonly pages: readonly Page[];
}

const page = (title: string, file: string): Page => ({ title, file });

/** The page that the site opens with. */
export const home = page('Ouzel', 'README.md');

/** All other pages, as the sidebar shows them. test/docs compares the list with the files. */
export const sections: readonly Section[] = [
  {
    title: 'Begin',
    pages: [
      page('Guide', 'docs/GUIDE.md'),
      page('Examples', 'examples/README.md'),
      page('Endpoints', 'docs/DASHBOARD.md'),
      page('Compatibility', 'docs/COMPATIBILITY.md'),
      page('Nest 11 and CommonJS', 'docs/COMMONJS.md'),
      page('Migrating from Java and Spring', 'docs/MIGRATING.md'),
      page('For coding assistants', 'libs/nestjs/AGENTS.md'),
    ],
  },
  {
    title: 'Write',
    pages: [
      page('Operators', 'docs/OPERATORS.md'),
      page('Sources and sinks', 'docs/operators/sources.md'),
      page('Stateless operators', 'docs/operators/stateless.md'),
      page('Aggregates', 'docs/operators/aggregates.md'),
      page('Windows', 'docs/operators/windows.md'),
      page('Joins', 'docs/operators/joins.md'),
      page('Processors', 'docs/operators/processors.md'),
      page('Stores', 'docs/STORES.md'),
      page('Handlers', 'docs/HANDLERS.md'),
      page('Testing', 'docs/TESTING.md'),
      page('Errors', 'docs/ERRORS.md'),
    ],
  },
  {
    title: 'Run',
    pages: [
      page('Configuration', 'docs/CONFIGURATION.md'),
      page('Metrics', 'docs/METRICS.md'),
      page('Traces', 'docs/TRACING.md'),
      page('Command line', 'docs/COMMAND-LINE.md'),
      page('Topology lock', 'docs/TOPOLOGY-LOCK.md'),
      page('Guarantees', 'docs/GUARANTEES.md'),
      page('Operations', 'docs/OPERATIONS.md'),
      page('Performance', 'docs/PERFORMANCE.md'),
      page('Standbys', 'docs/STANDBYS.md'),
      page('Queries', 'docs/QUERIES.md'),
      page('Security', 'docs/SECURITY.md'),
    ],
  },
  {
    title: 'Packages',
    pages: ['nestjs', 'streams', 'testing', 'cli', 'kafka', 'core'].map((name) => page(`@ouzel/${name}`, `libs/${name}/README.md`)),
  },
  {
    title: 'Inside',
    pages: [
      page('Architecture', 'docs/ARCHITECTURE.md'),
      page('Decision 1: departures', 'docs/decisions/0001-departures.md'),
      page('Decision 2: local state', 'docs/decisions/0002-local-state-that-can-not-be-trusted.md'),
      page('Decision 3: transactions', 'docs/decisions/0003-transactions-are-written-at-the-commit.md'),
      page('Decision 4: streams and tables', 'docs/decisions/0004-streams-and-tables-stand-in-one-file.md'),
      page('Decision 5: restores', 'docs/decisions/0005-restores-copy-bytes.md'),
      page('Contributing', 'CONTRIBUTING.md'),
      page('Reporting a vulnerability', 'SECURITY.md'),
    ],
  },
];

/** Every page of the site. */
export const sitePages: readonly Page[] = [home, ...sections.flatMap(({ pages }) => pages)];
