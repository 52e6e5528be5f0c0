import { metricTable } from '../../libs/streams/src/metrics/metric-table.js';
import { pages, textOf } from './pages.js';

const named = pages.flatMap((page) =>
  [...new Set([...textOf(page).matchAll(/\bouzel_[a-z_]+\b/g)].map(([name]) => name))].map((name) => ({ page, name })),
);

it.each(named)('$name on $page is a metric of the code', ({ name }) => {
  expect([name, name.replace(/_(bucket|sum|count)$/, '')].filter((family) => family in metricTable)).not.toEqual([]);
});
