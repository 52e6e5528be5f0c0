import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes, type Admin } from 'kafkajs';
import type { KafkaConfig } from '@ouzel/kafka';
import { freePorts, startKafka, type KafkaCluster } from '../../scripts/kafka-cluster.mjs';
import { Certificates } from './certificates.js';

/** One permission of a user: `Read topic orders`, `Write transactional id app-*`. A star at the end makes it prefixed. */
export type Acl = `${Operation} ${Resource} ${string}`;
type Operation = 'Read' | 'Write' | 'Create' | 'Delete' | 'Describe' | 'DescribeConfigs' | 'Alter' | 'IdempotentWrite';
type Resource = 'topic' | 'group' | 'transactional id' | 'cluster';

const operations: Readonly<Record<Operation, AclOperationTypes>> = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Create: AclOperationTypes.CREATE,
  Delete: AclOperationTypes.DELETE,
  Describe: AclOperationTypes.DESCRIBE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
  Alter: AclOperationTypes.ALTER,
  IdempotentWrite: AclOperationTypes.IDEMPOTENT_WRITE,
};
const resources: Readonly<Record<Resource, AclResourceTypes>> = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional id': AclResourceTypes.TRANSACTIONAL_ID,
  cluster: AclResourceTypes.CLUSTER,
};

const listeners = {
  plain: 'SASL_PLAINTEXT',
  plaintls: 'SASL_SSL',
  scram: 'SASL_PLAINTEXT',
  oauth: 'SASL_PLAINTEXT',
  tls: 'SSL',
  mtls: 'SSL',
};
type Listener = keyof typeof listeners;

export const password = 'canary-password';
/** The user of every connection but the one by TLS alone, which has no name and may do everything. */
export const user = 'app';

/** How long the tokens that `token` makes are good, ms. */
const tokenLifeMs = 6_000;

/** Returns a token as the broker's own login module for tests takes it: a JSON web token without a signature. */
export function token(subject: string, lifeMs = tokenLifeMs): string {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const now = Date.now() / 1_000;
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: now - 1, exp: now + lifeMs / 1_000 })}.`;
}

/** A real Kafka with an authorizer, which refuses everything that no ACL allows, and a listener for each way to log in. */
export class SecuredKafka {
  private constructor(
    readonly certificates: Certificates,
    readonly cluster: KafkaCluster,
    private readonly ports: Readonly<Record<Listener, number>>,
    private readonly admin: Admin,
  ) {}

  /** Sessions of SASL end after 4 s: clients that do not log in again are thrown out. */
  static async start(firstPort?: number): Promise<SecuredKafka> {
    const certificates = new Certificates();
    const names = Object.keys(listeners) as Listener[];
    const free =
      firstPort === undefined ? await freePorts(names.length + 2) : Array.from({ length: names.length + 2 }, (_, i) => firstPort + i);
    const [open, controller, ...rest] = free as [number, number, ...number[]];
    const ports = Object.fromEntries(names.map((name, i) => [name, rest[i]!])) as Record<Listener, number>;
    const cluster = await startKafka({
      port: open,
      properties: serverProperties(certificates, open, controller, ports),
      scramUsers: { [user]: password },
    });
    const admin = new Kafka({ brokers: [`127.0.0.1:${open}`], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    return new SecuredKafka(certificates, cluster, ports, admin);
  }

  /** The listener without a login, whose user may do everything. */
  get open(): KafkaConfig {
    return { brokers: this.cluster.brokers.split(',') };
  }

  /** Each way to log in. `logins.length` grows with each token that is asked for. */
  connections(logins: string[] = []): Readonly<Record<string, KafkaConfig>> {
    const { certificates, ports } = this;
    const ca = certificates.pem('broker');
    const at = (listener: Listener) => [`localhost:${ports[listener]}`];
    const credentials = { username: user, password };
    const oauthBearerProvider = async () => {
      logins.push('token');
      return Promise.resolve({ value: token(user) });
    };
    return {
      TLS: { brokers: at('tls'), ssl: { ca } },
      'mutual TLS': { brokers: at('mtls'), ssl: { ca, ...certificates.pfx(user) } },
      'SASL PLAIN': { brokers: at('plain'), sasl: { mechanism: 'plain', ...credentials } },
      'SASL PLAIN over TLS': { brokers: at('plaintls'), ssl: { ca }, sasl: { mechanism: 'plain', ...credentials } },
      'SCRAM-SHA-256': { brokers: at('scram'), sasl: { mechanism: 'scram-sha-256', ...credentials } },
      'SCRAM-SHA-512': { brokers: at('scram'), sasl: { mechanism: 'scram-sha-512', ...credentials } },
      OAUTHBEARER: { brokers: at('oauth'), sasl: { mechanism: 'oauthbearer', oauthBearerProvider } },
    };
  }

  connection(name: string): KafkaConfig {
    return this.connections()[name]!;
  }

  async allow(...acls: readonly Acl[]): Promise<void> {
    if (acls.length > 0) await this.admin.createAcls({ acl: acls.map(entryOf) });
  }

  async withdraw(...acls: readonly Acl[]): Promise<void> {
    await this.admin.deleteAcls({ filters: acls.map(entryOf) });
  }

  async stop(): Promise<void> {
    await this.admin.disconnect();
    await this.cluster.stop();
    this.certificates.remove();
  }
}

function entryOf(acl: Acl) {
  const [, operation, resource, name] = /^(\w+) (topic|group|transactional id|cluster) (.+)$/.exec(acl) as unknown as [
    string,
    Operation,
    Resource,
    string,
  ];
  const isPrefixed = name.endsWith('*');
  return {
    principal: `User:${user}`,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
    operation: operations[operation],
    resourceType: resources[resource],
    resourceName: isPrefixed ? name.slice(0, -1) : name,
    resourcePatternType: isPrefixed ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  };
}

function serverProperties(certificates: Certificates, open: number, controller: number, ports: Readonly<Record<Listener, number>>) {
  const keystore = certificates.create('broker', 'SAN=dns:localhost,ip:127.0.0.1');
  certificates.create(user);
  const at = ([name, port]: [string, number]) => `${name.toUpperCase()}://localhost:${port}`;
  const all = [`PLAINTEXT://127.0.0.1:${open}`, ...Object.entries(ports).map(at)].join(',');
  const protocols = Object.entries(listeners).map(([name, protocol]) => `${name.toUpperCase()}:${protocol}`);
  const module = (name: string, options: string) => `org.apache.kafka.common.security.${name} required ${options};`;
  const plain = module('plain.PlainLoginModule', `user_${user}="${password}"`);
  const scram = module('scram.ScramLoginModule', '');
  return {
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `${all},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': all,
    'listener.security.protocol.map': ['CONTROLLER:PLAINTEXT', 'PLAINTEXT:PLAINTEXT', ...protocols].join(','),
    'listener.name.plain.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.plain.plain.sasl.jaas.config': plain,
    'listener.name.plaintls.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.plaintls.plain.sasl.jaas.config': plain,
    'listener.name.scram.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.scram.scram-sha-256.sasl.jaas.config': scram,
    'listener.name.scram.scram-sha-512.sasl.jaas.config': scram,
    'listener.name.oauth.sasl.enabled.mechanisms': 'OAUTHBEARER',
    'listener.name.oauth.oauthbearer.sasl.jaas.config': module(
      'oauthbearer.OAuthBearerLoginModule',
      'unsecuredLoginStringClaim_sub="broker"',
    ),
    'listener.name.mtls.ssl.client.auth': 'required',
    'listener.name.mtls.ssl.principal.mapping.rules': 'RULE:^CN=([^,]*).*$/$1/',
    'connections.max.reauth.ms': '4000',
    'ssl.keystore.location': keystore,
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.password': certificates.password,
    'ssl.truststore.location': certificates.trusting(user),
    'ssl.truststore.type': 'PKCS12',
    'ssl.truststore.password': certificates.password,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
  };
}
