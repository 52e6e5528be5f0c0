import { openDriver, type KafkaDriver } from '@ouzel/streams';
import type { ApplicationArguments, ChosenApplication } from '../application/application-options.js';
import { withLoaded } from '../application/application-options.js';
import { loggerTo, type Console } from '../console/console.js';
import { clusterOf, type Cluster, type ClusterArguments } from './cluster-options.js';

/** Gives a command a driver that is connected, and the application, where the arguments name one. */
export interface Session {
  readonly driver: KafkaDriver;
  readonly kafka: Cluster['kafka'];
  readonly application: ChosenApplication | undefined;
}

/** Loads the application and the cluster that the arguments name, connects, and closes all of it after `work`. */
export function withSession<T>(
  args: ApplicationArguments & ClusterArguments,
  command: string,
  console: Console,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return withLoaded(args, async (application) => {
    const cluster = clusterOf(args, command, application?.config?.kafka);
    try {
      const driver = await openDriver(cluster.kafka, { clientId: 'ouzel-cli', logger: loggerTo(console) });
      try {
        return await work({ driver, kafka: cluster.kafka, application });
      } finally {
        await driver.close();
      }
    } finally {
      cluster.close();
    }
  });
}
