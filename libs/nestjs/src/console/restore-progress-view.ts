import type { RestoreEvent } from '@ouzel/streams';

/** Where the progress is shown: standard output, or a test. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const barWidth = 24;
/** Elsewhere than on a terminal a line is written each time one more of so many parts is done. */
const parts = 10;

/** Restore progress for people: a bar that stays in its line on a terminal, a line now and then elsewhere. Says nothing where nothing is to be restored. */
export class RestoreProgressView {
  private readonly restores = new Map<string, RestoreEvent>();
  private told = 0;
  private isBarShown = false;

  constructor(
    private readonly screen: Screen,
    private readonly log: (line: string) => void,
  ) {}

  update(event: RestoreEvent): void {
    this.restores.set(`${event.taskId} ${event.store}`, event);
    const { restored, total } = this.sums();
    if (total === 0) return;
    if (this.screen.isTTY === true) this.drawBar(restored, total);
    else if (Math.floor((parts * restored) / total) > this.told) {
      this.told = Math.floor((parts * restored) / total);
      this.log(`restoring ${percent(restored, total)}: ${grouped(restored)} of ${grouped(total)}`);
    }
    if (event.kind === 'end' && restored === total) this.finish();
  }

  /** Takes the bar away, so that a line can be written; the next event brings it back. */
  clear(): void {
    if (this.isBarShown) this.screen.write('\r\u001b[K');
    this.isBarShown = false;
  }

  private drawBar(restored: number, total: number): void {
    const filled = Math.round((restored / total) * barWidth);
    const text = `restoring ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${percent(restored, total)}  ${grouped(restored)} of ${grouped(total)}`;
    this.screen.write(`\r\u001b[K${text.slice(0, (this.screen.columns ?? 80) - 1)}`);
    this.isBarShown = true;
  }

  private finish(): void {
    this.clear();
    this.restores.clear();
    this.told = 0;
  }

  private sums(): { restored: number; total: number } {
    let restored = 0;
    let total = 0;
    for (const event of this.restores.values()) {
      restored += event.restored;
      total += event.total;
    }
    return { restored, total };
  }
}

function percent(part: number, whole: number): string {
  return `${Math.floor((100 * part) / whole)} %`;
}

function grouped(n: number): string {
  return n.toLocaleString('en-US');
}
