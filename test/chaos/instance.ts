import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RestoreEvent } from '@ouzel/streams';
import { acceptableLag } from './plans.js';
import type { Sign, TasksSeen } from './sign.js';

const program = join(import.meta.dirname, '..', '..', 'dist', 'chaos', 'program.js');

export interface InstanceOptions {
  readonly name: string;
  readonly app: string;
  readonly brokers: string;
  /** Folder for the state and the log of the instance. */
  readonly folder: string;
  readonly guarantee: string;
  readonly standbys: number;
  readonly sessionMs: number;
  readonly transactionMs: number;
}

/** One instance of the program: a process that comes back under the same name, with the state that it left. */
export class Instance {
  /** Ends that nobody asked for. */
  readonly crashes: string[] = [];
  /** Restores that ended, of all its processes. */
  readonly restores: RestoreEvent[] = [];
  /** What the process told last; undefined until it tells something. */
  tasks: TasksSeen | undefined;
  private child: ChildProcess | undefined;
  private isEnding = false;

  constructor(private readonly options: InstanceOptions) {}

  private get log(): string {
    return join(this.options.folder, `${this.options.name}.log`);
  }

  private get state(): string {
    return join(this.options.folder, this.options.name);
  }

  start(): void {
    const { app: APP, brokers: BROKERS, guarantee: GUARANTEE, standbys, sessionMs, transactionMs } = this.options;
    const numbers = {
      STANDBYS: String(standbys),
      ACCEPTABLE_LAG: String(acceptableLag),
      SESSION: String(sessionMs),
      TRANSACTION: String(transactionMs),
    };
    const env = { ...process.env, NODE_OPTIONS: '', APP, BROKERS, GUARANTEE, ...numbers, STATE: this.state };
    const log = openSync(this.log, 'a');
    const child = spawn(process.execPath, ['--max-old-space-size=192', program], { env, stdio: ['ignore', log, log, 'ipc'] });
    closeSync(log);
    this.isEnding = false;
    this.child = child;
    this.tasks = undefined;
    child.on('message', (sign) => this.told(child, sign as Sign));
    child.on('exit', (code, signal) => {
      if (child === this.child && !this.isEnding)
        this.crashes.push(`${this.options.name} ended with ${code ?? signal}: ${this.lastFailure()}`);
    });
  }

  get isAlive(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }

  /** How often the instance has come to this state. */
  times(state: string): number {
    return this.text().split(`state ${state}\n`).length - 1;
  }

  /** How many lines of the log hold this text. */
  lines(part: string): number {
    return this.text().split(part).length - 1;
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Ends the process. Resolves with its exit code, or with the signal that ended it. */
  async end(signal: 'SIGKILL' | 'SIGTERM', timeoutMs = 30_000): Promise<number | NodeJS.Signals> {
    this.isEnding = true;
    const { child } = this;
    if (child === undefined) return signal;
    if (this.isAlive) {
      const exit = once(child, 'exit');
      child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
      await exit;
      clearTimeout(late);
    }
    return child.exitCode ?? child.signalCode!;
  }

  wipe(): void {
    rmSync(this.state, { recursive: true, force: true });
  }

  /** Turns over the bits of a byte in the files of the stores. `random` returns numbers in [0, 1). */
  damage(random: () => number): void {
    const files = readdirSync(this.state, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ldb|log)$/.test(name))
      .map((name) => join(this.state, name))
      .filter((file) => statSync(file).size > 0)
      .sort();
    const file = files[Math.floor(random() * files.length)];
    if (file === undefined) return;
    const bytes = readFileSync(file);
    const at = Math.floor(random() * bytes.length);
    bytes[at] = bytes[at]! ^ 0xff;
    writeFileSync(file, bytes);
  }

  private told(by: ChildProcess, sign: Sign): void {
    if ('restored' in sign) this.restores.push(sign.restored);
    else if (by === this.child) this.tasks = sign.tasks;
  }

  private text(): string {
    return readFileSync(this.log, 'utf8');
  }

  private lastFailure(): string {
    const text = this.text();
    return text.slice(Math.max(0, text.lastIndexOf('failed '), text.length - 600)).trim();
  }
}
