import { metricTable, type MetricDefinition, type MetricFamily } from '@ouzel/streams';

const table: Readonly<Record<string, MetricDefinition>> = metricTable;

/**
 * Returns the families that Kafka Streams has too, under the names that Micrometer gives to them, so that existing
 * dashboards go on working.
 */
export function kafkaAliases(families: readonly MetricFamily[]): readonly MetricFamily[] {
  return families.flatMap((family) => {
    const alias = table[family.name]?.kafka;
    return alias === undefined ? [] : [{ ...family, name: alias, help: `${family.help} Same as ${family.name}.` }];
  });
}
