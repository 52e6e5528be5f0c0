import type { RestoreEvent } from '@ouzel/streams';

/** Where the progress is shown: standard output, or a test. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const barWidth = 24;
/** Away from a terminal, a line is written whenever another tenth is done. */
const parts = 10;

/**
 * Shows the progress of restores: as a bar on a terminal, as a line now and then elsewhere. It shows nothing where
 * nothing is to be restored.
 */
export class RestoreProgressView {
  private readonly restores = new Map<string, RestoreEvent>();
  private partsShown = 0;
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
    else if (Math.floor((parts * restored) / total) > this.partsShown) {
      this.partsShown = Math.floor((parts * restored) / total);
      this.log(`restoring ${percent(restored, total)}: ${grouped(restored)} of ${grouped(total)}`);
    }
    if (event.kind === 'end' && restored === total) this.finish();
  }

  /** Takes the bar away, so that a line can be written. The next event brings it back. */
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
    this.partsShown = 0;
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
