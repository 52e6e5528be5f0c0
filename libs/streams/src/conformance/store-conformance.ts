import { ok } from 'node:assert';
import { equal, test, type ConformanceTest, type SceneTest } from '@ouzel/core/conformance';
import type { StoreBuilder } from '../state/store.js';
import { inEachSetup } from './in-each-setup.js';
import type { LabScene, StoreLab } from './store-lab.js';

/** A store of any kind, and how a test works with it. */
export interface StoreUnderTest<S> {
  /** Makes a builder of the store. */
  builder(): StoreBuilder<S>;
  /**
   * Changes the store. Called with 0, 1, 2, …; each number stands for one change, and the same one each time. Some
   * should overwrite or delete what others wrote.
   */
  write(store: S, step: number): void;
  /** Returns everything that the store shows, as data that can be compared. */
  read(store: S): unknown;
}

const steps = 40;

function testsOf<S>({ write, read }: StoreUnderTest<S>): readonly SceneTest<LabScene<S>>[] {
  const shown = async ({ store }: StoreLab<S>) => read(store);
  const writeSteps = (lab: StoreLab<S>, from: number, to: number) => {
    for (let step = from; step < to; step++) {
      lab.at(1_000 + step);
      write(lab.store, step);
    }
  };
  const writeHalfAndCommit = async (lab: StoreLab<S>) => {
    writeSteps(lab, 0, steps / 2);
    await lab.commit();
  };
  return [
    test('shows what was written', ({ during }) =>
      during(async (lab) => {
        const empty = await shown(lab);
        writeSteps(lab, 0, steps);
        ok(JSON.stringify(empty) !== JSON.stringify(await shown(lab)), 'read shows the same after all writes as before them');
      })),

    test('keeps what was committed when the process dies', ({ during }) =>
      during(async (lab) => {
        writeSteps(lab, 0, steps);
        await lab.commit();
        const before = await shown(lab);
        await lab.crash('kept');
        equal(await shown(lab), before);
      })),

    test('finds in its changelog what was flushed and not committed', ({ during }) =>
      during(async (lab) => {
        await writeHalfAndCommit(lab);
        writeSteps(lab, steps / 2, steps);
        await lab.flush();
        const before = await shown(lab);
        await lab.crash('kept');
        equal(await shown(lab), before);
      })),

    test('is rebuilt from its changelog alone', ({ during }) =>
      during(async (lab) => {
        await writeHalfAndCommit(lab);
        writeSteps(lab, steps / 2, steps);
        await lab.commit();
        const before = await shown(lab);
        await lab.loseDisk();
        equal(await shown(lab), before);
      })),

    test('forgets what an aborted transaction wrote', ({ during }) =>
      during(async (lab) => {
        await writeHalfAndCommit(lab);
        const committed = await shown(lab);
        writeSteps(lab, steps / 2, steps);
        await lab.flush();
        await lab.crash('aborted');
        equal(await shown(lab), committed);
        writeSteps(lab, steps / 2, steps);
        lab.discard();
        equal(await shown(lab), committed);
      })),

    test('goes on after a commit that never ended', ({ during }) =>
      during(async (lab) => {
        writeSteps(lab, 0, steps / 2);
        await lab.prepareCommit();
        writeSteps(lab, steps / 2, steps);
        const before = await shown(lab);
        await lab.commit();
        equal(await shown(lab), before);
        await lab.crash('kept');
        equal(await shown(lab), before);
      })),

    test('shows the same after a commit as before it', ({ during }) =>
      during(async (lab) => {
        for (let step = 0; step < steps; step += 5) {
          writeSteps(lab, step, step + 5);
          const before = await shown(lab);
          await lab.commit();
          equal(await shown(lab), before);
        }
      })),

    test('leaves no scan open when it was read', ({ during }) =>
      during(async (lab) => {
        writeSteps(lab, 0, steps);
        await lab.commit();
        await shown(lab);
        equal(lab.openScans, 0);
      })),
  ];
}

/**
 * Returns the tests that a store of every kind must pass, for any test runner: in memory and on disk, with and without
 * a record cache where the kind allows one.
 *
 * @example
 * const payments = {
 *   builder: () => Stores.storeBuilder(Stores.supplier(topKind, 'top', { size: 3 }), serdes.string, serdes.double),
 *   write: (store, step) => store.add('ann', step),
 *   read: (store) => store.top('ann'),
 * };
 * for (const { name, run } of storeConformance(payments)) it(name, run);
 */
export function storeConformance<S>(subject: StoreUnderTest<S>): readonly ConformanceTest[] {
  return inEachSetup(() => subject.builder(), testsOf(subject));
}
