import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const storePassword = 'store-password';

/** Keys and certificates that belong to one suite, made by Java's keytool. Every certificate is its own authority. */
export class Certificates {
  readonly password = storePassword;
  private readonly folder = mkdtempSync(join(tmpdir(), 'ouzel-tls-'));

  /** Makes a key store with a key and its certificate. Returns its path. */
  create(commonName: string, ...extensions: readonly string[]): string {
    const name = ['-alias', commonName, '-dname', `CN=${commonName}`];
    this.keytool(commonName, ['-genkeypair', '-keyalg', 'RSA', ...name, ...extensions.flatMap((extension) => ['-ext', extension])]);
    this.keytool(commonName, ['-exportcert', '-rfc', '-alias', commonName, '-file', this.path(commonName, 'pem')]);
    return this.store(commonName);
  }

  store(commonName: string): string {
    return this.path(commonName, 'p12');
  }

  /** Returns the certificate in PEM form. */
  pem(commonName: string): string {
    return readFileSync(this.path(commonName, 'pem'), 'utf8');
  }

  /** Makes a trust store with the certificate of another. Returns its path. */
  trusting(commonName: string): string {
    const name = `trusts-${commonName}`;
    this.keytool(name, ['-importcert', '-noprompt', '-alias', commonName, '-file', this.path(commonName, 'pem')]);
    return this.store(name);
  }

  /** The key and certificate as Node's TLS takes them. */
  pfx(commonName: string): { readonly pfx: Buffer; readonly passphrase: string } {
    return { pfx: readFileSync(this.store(commonName)), passphrase: storePassword };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private path(name: string, type: 'p12' | 'pem'): string {
    return join(this.folder, `${name}.${type}`);
  }

  private keytool(store: string, command: readonly string[]): void {
    const keystore = ['-keystore', this.store(store), '-storetype', 'PKCS12', '-storepass', storePassword];
    execFileSync('keytool', [...command, ...keystore], { stdio: 'ignore' });
  }
}
