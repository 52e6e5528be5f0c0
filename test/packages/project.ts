import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Program } from '../program.js';
import { packageNames, tarballOf } from './tarballs.js';

/** A project in an empty folder, as a user makes one. */
export class Project {
  constructor(readonly folder = mkdtempSync(join(tmpdir(), 'ouzel-project-'))) {}

  /** Returns a project in a folder of this one, with the packages that are installed here. */
  inside(name: string): Project {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    symlinkSync(join(this.folder, 'node_modules'), join(folder, 'node_modules'));
    return new Project(folder);
  }

  has(name: string): boolean {
    return existsSync(join(this.folder, name));
  }

  write(files: Readonly<Record<string, string>>): this {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
    return this;
  }

  /** Installs the dependencies of package.json, and Ouzel's packages from their tarballs. */
  async install(packages: readonly (typeof packageNames)[number][] = packageNames): Promise<void> {
    await this.run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages.map(tarballOf)]);
  }

  start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
    return new Program(command, args, { folder: this.folder, env });
  }

  /** Runs a command to its end; returns what it printed. Throws with that when it fails. */
  async run(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string> {
    const { code, output } = await this.start(command, args, env).ended;
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`);
    return output;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
