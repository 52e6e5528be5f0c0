import type { ConnectionOptions } from 'node:tls';
import type { Secret } from '@ouzel/core';
import type { AuthenticationProviderArgs, Mechanism, SASLOptions } from 'kafkajs';
import { DriverError, type OauthToken, type ResolvedKafkaConfig, type ResolvedSasl } from '../../client/index.js';

/**
 * The credentials of a client, as kafkajs takes them. Functions for them are called at each connection and each
 * authentication, so that credentials may change while a client runs.
 */
export class Credentials {
  /** kafkajs keeps this object, and reads it at each authentication. */
  readonly #mechanism: SASLOptions | Mechanism | undefined;
  #tls: boolean | ConnectionOptions | undefined;

  constructor(private readonly config: Pick<ResolvedKafkaConfig, 'sasl' | 'ssl'>) {
    const { sasl } = config;
    if (sasl === undefined) return;
    // `refresh` adds the other values.
    this.#mechanism =
      sasl.mechanism === 'oauthbearer' ? oauthBearer(sasl.oauthBearerProvider) : ({ mechanism: sasl.mechanism } as SASLOptions);
  }

  get mechanism(): SASLOptions | Mechanism | undefined {
    return this.#mechanism;
  }

  /** The options of TLS as of the last `refresh`. Undefined and false stand for no TLS. */
  get tls(): boolean | ConnectionOptions | undefined {
    return this.#tls;
  }

  /**
   * Calls the functions for credentials. Must be called before each connection and each authentication. Throws a
   * `retriable` DriverError when a function fails.
   */
  async refresh(): Promise<void> {
    const { ssl, sasl } = this.config;
    this.#tls = await current(ssl, 'kafka.ssl');
    if (sasl !== undefined && sasl.mechanism !== 'oauthbearer') Object.assign(this.#mechanism!, await revealed(sasl));
  }
}

type Provided<T> = T | (() => T | Promise<T>);

async function revealed(sasl: Exclude<ResolvedSasl, { readonly mechanism: 'oauthbearer' }>): Promise<object> {
  if (sasl.mechanism !== 'aws') return { username: sasl.username, password: await current(sasl.password, 'kafka.sasl.password') };
  const { authorizationIdentity, accessKeyId } = sasl;
  const secretAccessKey = await current(sasl.secretAccessKey, 'kafka.sasl.secretAccessKey');
  return { authorizationIdentity, accessKeyId, secretAccessKey, sessionToken: await current(sasl.sessionToken, 'kafka.sasl.sessionToken') };
}

/** Returns a secret, or what its function returns. */
async function current<T extends boolean | string | object>(
  secret: Secret<Provided<T>> | undefined,
  setting: string,
): Promise<T | undefined> {
  const value = secret?.reveal();
  return typeof value === 'function' ? provided(value as () => T | Promise<T>, setting) : value;
}

async function provided<T>(provide: () => T | Promise<T>, where: string): Promise<T> {
  try {
    return await provide();
  } catch (cause) {
    throw new DriverError('retriable', -1, { what: 'the function for credentials failed', where, help: 'The cause is its error.', cause });
  }
}

const separator = '\u0001';

/**
 * Returns the mechanism SASL OAUTHBEARER (RFC 7628). That of kafkajs does not notice that a broker refuses the token,
 * because the refusal is a response of the mechanism and not an error code.
 *
 *   request  = "n,," | 1 | "auth=Bearer " token | 1 | [name "=" value | 1] | 1
 *   response = nothing, or JSON that says why the token is refused
 */
function oauthBearer(provider: () => Promise<OauthToken>): Mechanism {
  const authenticate = async ({ host, port, saslAuthenticate }: AuthenticationProviderArgs) => {
    const { value, extensions = {} } = await provided(provider, 'kafka.sasl.oauthBearerProvider');
    const fields = [`auth=Bearer ${value}`, ...Object.entries(extensions).map(([name, text]) => `${name}=${text}`)];
    const bytes = Buffer.from(['n,,', ...fields, '', ''].join(separator));
    const size = Buffer.alloc(4);
    size.writeInt32BE(bytes.length);
    const refusal = await saslAuthenticate<string>({
      request: { encode: () => Buffer.concat([size, bytes]) },
      response: { decode: (data: Buffer) => data, parse: (data: Buffer) => data.toString('utf8', 4) },
    });
    if (refusal === undefined || refusal === '') return;
    const parts = { what: `the broker refused the token: ${refusal}`, where: `connection to ${host}:${port}`, help: 'Check `kafka.sasl`.' };
    throw new DriverError('fatal', -1, parts, 'OUZEL_UNAUTHORIZED');
  };
  return { mechanism: 'oauthbearer', authenticationProvider: (args) => ({ authenticate: () => authenticate(args) }) };
}
