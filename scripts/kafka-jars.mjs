import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const kafkaVersion = '4.3.1';

const home = join(import.meta.dirname, '..', '.kafka');
const lib = join(home, `lib-${kafkaVersion}`);

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ouzel</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${kafkaVersion}</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>${kafkaVersion}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** Returns the class path of Apache Kafka and its tools. Maven resolves it once, into a folder that git ignores. */
export async function kafkaClassPath() {
  await needJava();
  if (!existsSync(lib)) await resolveJars();
  return join(lib, '*');
}

async function resolveJars() {
  const fresh = join(home, `resolving-${process.pid}`);
  await mkdir(fresh, { recursive: true });
  await writeFile(join(fresh, 'pom.xml'), pom);
  console.error(`Resolving Apache Kafka ${kafkaVersion} with Maven into ${home} (once, about 54 MB)`);
  try {
    await run('mvn', ['-q', '-B', '-f', join(fresh, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${join(fresh, 'lib')}`]);
    // The rename makes the folder appear when it is complete, also when two scripts resolve at the same time.
    if (!existsSync(lib)) await rename(join(fresh, 'lib'), lib);
  } catch (error) {
    throw error.code === 'ENOENT'
      ? new Error(
          'Maven (`mvn`) is needed to fetch Apache Kafka and was not found. Install it, or set KAFKA_BROKERS to use a broker that is there already.',
        )
      : new Error(`Maven could not resolve Apache Kafka ${kafkaVersion}:\n${error.stdout ?? ''}${error.stderr ?? error.message}`);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function needJava() {
  const version = await run('java', ['-version']).then(
    ({ stderr }) => Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0),
    () => 0,
  );
  if (version >= 17) return;
  const found = version === 0 ? 'was not found' : `is version ${version}`;
  throw new Error(
    `Java 17 or later is needed to run Apache Kafka; \`java\` ${found}. Install it, or set KAFKA_BROKERS to use a broker that is there already.`,
  );
}
