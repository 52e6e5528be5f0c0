import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { handOver, type HandOver } from './hand-over.js';
import { randomFrom } from '../seeded-random.js';
import { Load } from './load.js';
import { requestKinds, stepsOf, type Plan, type PlannedStep, type RequestKind } from './plans.js';
import { readLogs } from './reader.js';
import type { Finding } from './verifier/finding.js';
import type { Logs } from './verifier/log.js';
import { repeatedEchoes, verifyAtLeastOnce, verifyExactlyOnce } from './verifier/verify.js';
import { partitions, World } from './world.js';

const startMs = 60_000;
const drainMs = 90_000;
const requestsMs = 20_000;

export interface Report {
  readonly seed: number;
  /** How often each step was taken. */
  readonly done: Readonly<Record<string, number>>;
  /** Requests that end a transaction and failed as planned. */
  readonly failedEnds: number;
  readonly handOvers: readonly HandOver[];
  /** Committed inputs; inputs of aborted transactions; outputs of aborted transactions of the program. */
  readonly records: { readonly inputs: number; readonly abortedInputs: number; readonly abortedOutputs: number };
  /** Echoes that repeat an earlier one. */
  readonly repeated: number;
  /** How often a task began again, and was fenced or lost, as the logs of the instances have it. */
  readonly begunAgain: number;
  readonly membershipsLost: number;
  readonly seconds: number;
  /** What went wrong outside of the logs. */
  readonly failures: readonly string[];
  readonly findings: readonly Finding[];
  /** Where logs and state lie; they are removed where all is right. */
  readonly folder: string;
}

/** Puts the program through a plan, and verifies what it has left in Kafka. */
export class Trial {
  private readonly failures: string[] = [];
  private readonly done: Record<string, number> = {};
  private failedEnds = 0;
  private readonly handOvers: HandOver[] = [];

  private constructor(
    private readonly world: World,
    private readonly plan: Plan,
    private readonly tell: (line: string) => void,
  ) {}

  static async run(plan: Plan, seed: number, tell: (line: string) => void): Promise<Report> {
    const begun = Date.now();
    const world = await World.make(plan);
    const trial = new Trial(world, plan, tell);
    let isRight = false;
    try {
      const logs = await trial.logs(seed);
      await writeFile(join(world.folder, 'logs.json'), JSON.stringify(logs));
      const report = trial.report(seed, logs, Math.round((Date.now() - begun) / 1_000));
      isRight = report.findings.length === 0 && report.failures.length === 0;
      return report;
    } finally {
      await world.close(!isRight);
    }
  }

  private async logs(seed: number): Promise<Logs> {
    const { world, plan } = this;
    // The load takes as many numbers as it has time for: steps and damage must not depend on it.
    const [ofSteps, ofLoad, ofDamage] = [randomFrom(seed), randomFrom(seed + 1_000_000), randomFrom(seed + 2_000_000)];
    const steps = stepsOf(plan, ofSteps);
    const load = new Load(world.client, world.app, partitions, plan.recordsPerSecond, plan.transactionMs, ofLoad);
    await load.begin();
    for (const instance of world.instances) instance.start();
    // A record whose row of a table is not known yet is not joined.
    if (!(await world.drained(startMs))) throw new Error(`the program did not begin; its logs are in ${world.folder}`);
    load.start();
    for (const [i, step] of steps.entries()) {
      await sleep(step.afterMs);
      this.tell(`${i + 1}/${steps.length} ${JSON.stringify(step)}`);
      await this.take(step, ofDamage);
      this.restartCrashed();
    }
    await sleep(1_000);
    await load.finish();
    this.restartCrashed();
    if (!(await world.drained(drainMs))) {
      this.failures.push(`the input was not processed within ${drainMs / 1_000} s after the last step`);
      await writeFile(join(world.folder, 'kafka.log'), await world.diagnosis());
    }
    for (const [i, instance] of world.instances.entries()) await this.stopped(i, instance.end('SIGTERM'));
    const logs = await readLogs(world.client, world.app, partitions);
    const numbers = logs.in.flatMap(({ committed }) => committed.map(({ value }) => value));
    const twice = numbers.length - new Set(numbers).size;
    if (twice > 0) this.failures.push(`the load has written ${twice} numbers twice: this run proves nothing`);
    return logs;
  }

  private async take(step: PlannedStep, random: () => number): Promise<void> {
    const { world } = this;
    const name =
      'state' in step && step.state !== 'kept' ? `${step.do}, state ${step.state}` : 'how' in step ? `broker ${step.how}` : step.do;
    this.done[name] = (this.done[name] ?? 0) + 1;
    if (step.do === 'broker') {
      await (step.how === 'kill' ? world.kafka.kill() : world.kafka.halt());
      return world.kafka.restart();
    }
    const instance = world.instances[step.instance]!;
    const { link } = world.ways[step.instance]!;
    switch (step.do) {
      case 'kill':
        if (step.at !== 'any time') await this.reached(step.instance, step.at);
        await instance.end('SIGKILL');
        if (step.state === 'deleted') instance.wipe();
        if (step.state === 'damaged') instance.damage(random);
        return instance.start();
      case 'pause':
        instance.signal('SIGSTOP');
        await sleep(step.forMs);
        return instance.signal('SIGCONT');
      case 'stop':
        await this.stopped(step.instance, instance.end('SIGTERM'));
        return instance.start();
      case 'hand-over': {
        const others = world.instances.filter((other) => other !== instance);
        const done = await handOver(instance, others, (what) => this.failures.push(what));
        if (done !== undefined) this.handOvers.push(done);
        if (step.state === 'deleted') instance.wipe();
        return instance.start();
      }
      case 'link':
        link.set(step.mode);
        await sleep(step.forMs);
        return link.set('open');
      case 'end-transactions':
        return this.failEnds(step.instance, step.count, step.fault);
    }
  }

  /**
   * Suspends an instance when it sends its next request of this kind, so that it does not see the response. Gives up
   * when it sends none.
   */
  private async reached(instance: number, kind: RequestKind): Promise<void> {
    const { proxy } = this.world.ways[instance]!;
    let isReached = false;
    proxy.fail((apiKey) => {
      if (!isReached && apiKey === requestKinds[kind]) {
        isReached = true;
        this.world.instances[instance]!.signal('SIGSTOP');
      }
      return undefined;
    });
    for (const deadline = Date.now() + requestsMs; !isReached && Date.now() < deadline;) await sleep(2);
    proxy.heal();
    const name = `kill at ${isReached ? kind : 'any time'}`;
    this.done[name] = (this.done[name] ?? 0) + 1;
  }

  /** Fails requests that end a transaction, with a good one after each. Gives up when the instance has nothing to end. */
  private async failEnds(instance: number, count: number, fault: (PlannedStep & { do: 'end-transactions' })['fault']): Promise<void> {
    const { proxy } = this.world.ways[instance]!;
    let seen = 0;
    let failed = 0;
    proxy.fail((apiKey) => {
      if (apiKey !== requestKinds.EndTxn || failed === count || seen++ % 2 === 1) return undefined;
      failed++;
      return fault;
    });
    for (const deadline = Date.now() + requestsMs; failed < count && Date.now() < deadline;) await sleep(50);
    proxy.heal();
    this.failedEnds += failed;
  }

  private async stopped(index: number, end: Promise<number | NodeJS.Signals>): Promise<void> {
    const how = await end;
    // The program has not begun where the signal ends it.
    if (how !== 0 && how !== 'SIGTERM') this.failures.push(`instance ${index} ended with ${how} after SIGTERM`);
  }

  /** An instance that ended by itself is a failure, and starts again so that the run has its end. */
  private restartCrashed(): void {
    for (const instance of this.world.instances) {
      this.failures.push(...instance.crashes.splice(0));
      if (!instance.isAlive) instance.start();
    }
  }

  private report(seed: number, logs: Logs, seconds: number): Report {
    const { plan, world, done, failedEnds, handOvers, failures } = this;
    const size = (name: keyof Logs, isolation: 'committed' | 'written') => logs[name].reduce((sum, log) => sum + log[isolation].length, 0);
    const lines = (part: string) => world.instances.reduce((sum, instance) => sum + instance.lines(part), 0);
    return {
      seed,
      done,
      failedEnds,
      handOvers,
      records: {
        inputs: size('in', 'committed'),
        abortedInputs: size('in', 'written') - size('in', 'committed'),
        abortedOutputs: size('echo', 'written') - size('echo', 'committed'),
      },
      repeated: repeatedEchoes(logs),
      begunAgain: lines('begin again from their last commit'),
      membershipsLost: lines('membership was lost'),
      seconds,
      failures,
      findings: plan.expects === 'exactly once' ? verifyExactlyOnce(logs) : verifyAtLeastOnce(logs),
      folder: world.folder,
    };
  }
}
