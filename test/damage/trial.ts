import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from './instance.js';
import { randomFrom } from '../seeded-random.js';
import { kinds, type Kind, type Place } from './kinds.js';

const program = join(import.meta.dirname, '..', '..', 'dist', 'damage', 'instance.js');
/** Rounds that are in the good copy. */
const roundsBefore = 5;
/** A process that the native library ends is started again, as a supervisor does. */
const mostStarts = 4;

/** How an application that met damage got on. */
export interface Outcome {
  /**
   * `unharmed`: nothing had to be restored. `rebuilt`: a task was. `refused`: a named error, and right results once its
   * cause was gone.
   */
  readonly result: 'unharmed' | 'rebuilt' | 'refused';
  readonly wrong: readonly string[];
  /** Processes that it took until one answered. */
  readonly starts: number;
}

/** A folder of an application that was stopped in good order, and trials on copies of it. */
export class GoodCopy {
  private constructor(private readonly folder: string) {}

  static async make(): Promise<GoodCopy> {
    const folder = mkdtempSync(join(tmpdir(), 'ouzel-damage-'));
    const good = join(folder, 'good');
    mkdirSync(good);
    for (let round = 0; round < roundsBefore; round++) {
      const { report } = await finished(good, round);
      if (report?.failure !== null || report.wrong.length > 0) throw new Error(`the good copy is not good: ${JSON.stringify(report)}`);
      if (round === 2) cpSync(join(good, 'state'), join(folder, 'before'), { recursive: true });
    }
    return new GoodCopy(folder);
  }

  /** Damages a copy while nothing runs, and starts the application. */
  async atRest(kind: Kind, seed: number): Promise<Outcome> {
    const copy = this.copy();
    try {
      kinds[kind](this.placeIn(copy, seed));
      return await this.outcome(copy, roundsBefore, 1);
    } finally {
      this.remove(copy);
    }
  }

  /** Damages a copy while the application runs. */
  async whileRunning(kind: Kind, seed: number): Promise<Outcome> {
    const copy = this.copy();
    try {
      const { report } = await finished(copy, roundsBefore, () => kinds[kind](this.placeIn(copy, seed)));
      if (report === undefined) return await this.outcome(copy, roundsBefore + 1, 2);
      if (report.failure !== null) throw new Error(`${kind}, seed ${seed}: ${report.message}`);
      // Damage that an instance did not notice must not show after the next start.
      const { wrong, starts, result } = await this.outcome(copy, roundsBefore + 2, 1);
      return { wrong: [...report.wrong, ...wrong], starts, result: report.wiped > 0 ? 'rebuilt' : result };
    } finally {
      this.remove(copy);
    }
  }

  /** Kills instances at any moment after they have written, and starts another. Nothing is damaged by that. */
  async killed(seed: number): Promise<Outcome> {
    const copy = this.copy();
    const random = randomFrom(seed);
    try {
      for (let kills = 0; kills < 4; kills++) await killedOnceWritten(copy, roundsBefore + kills, 600 * random());
      return await this.outcome(copy, roundsBefore + 4, 1);
    } finally {
      this.remove(copy);
    }
  }

  remove(folder = this.folder): void {
    rmSync(folder, { recursive: true, force: true });
  }

  private async outcome(copy: string, round: number, firstStart: number): Promise<Outcome> {
    let isRefused = false;
    for (let starts = firstStart; starts <= mostStarts; starts++) {
      const { report } = await finished(copy, round);
      if (report === undefined) continue;
      if (report.failure === null) {
        const result = report.wiped > 0 ? 'rebuilt' : isRefused ? 'refused' : 'unharmed';
        return { result, wrong: report.wrong, starts };
      }
      if (report.failure !== 'OUZEL_STATE' || !/rights/.test(report.message ?? '')) throw new Error(report.message ?? report.failure);
      isRefused = true;
      for (const task of tasksIn(join(copy, 'state'))) chmodSync(task, 0o700);
    }
    throw new Error(`${mostStarts} starts did not give an answer`);
  }

  private copy(): string {
    const copy = mkdtempSync(join(this.folder, 'copy-'));
    cpSync(join(this.folder, 'good'), copy, { recursive: true });
    return copy;
  }

  private placeIn(copy: string, seed: number): Place {
    const random = randomFrom(seed);
    return { tasks: tasksIn(join(copy, 'state')), before: tasksIn(join(this.folder, 'before')), random };
  }
}

function tasksIn(state: string): readonly [string, string] {
  const app = join(state, 'app');
  const [one, other] = readdirSync(app)
    .filter((name) => /_\d+$/.test(name))
    .sort();
  return [join(app, one!), join(app, other!)];
}

/** Runs an instance to its end. The report is missing where the process was ended by a signal. */
async function finished(folder: string, round: number, meanwhile?: () => void): Promise<{ report: Report | undefined }> {
  const child = spawn(process.execPath, [program, folder, String(round), ...(meanwhile === undefined ? [] : ['wait'])], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
    if (meanwhile === undefined || !output.includes('waiting\n')) return;
    output = output.replace('waiting\n', '');
    meanwhile();
    child.stdin.end('go on\n');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) return { report: undefined };
  return { report: JSON.parse(output.trim().split('\n').at(-1)!) as Report };
}

/**
 * Kills an instance so many ms after all values of the round are in Kafka: they must be there for the rounds that
 * follow, however slowly the process started.
 */
async function killedOnceWritten(folder: string, round: number, ms: number): Promise<void> {
  const child = spawn(process.execPath, [program, folder, String(round)], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'close');
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on('data', (data: Buffer) => {
    if (data.toString().includes('written\n')) timer ??= setTimeout(() => child.kill('SIGKILL'), ms);
  });
  await ended;
  clearTimeout(timer);
  if (timer === undefined) throw new Error(`the instance of round ${round} ended before it had written`);
}
