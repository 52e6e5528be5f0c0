import type { RecordedOutput, RecordedStep, Scenario } from './scenario.js';

/** Where Ouzel is better than what was recorded. Nothing is, yet. */
export class Deviations {
  /** One line for each record that was accepted. */
  readonly accepted: string[] = [];

  constructor(private readonly scenario: Scenario) {}

  /** What was recorded of a step, before its outputs are compared. */
  observe(_step: RecordedStep): void {}

  /** Whether a record that was not recorded is right all the same. */
  accepts(_record: RecordedOutput, _where: string): boolean {
    return false;
  }
}
