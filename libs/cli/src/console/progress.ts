import type { Console } from './console.js';

/** One line on a terminal that shows how far a long work is. It shows nothing where there is no terminal. */
export class Progress {
  private shown = '';

  constructor(
    private readonly console: Console,
    private readonly what: string,
    private readonly total: number,
  ) {}

  /** Draws when the text has changed: each hundredth part of the total. */
  show(done: number): void {
    if (this.console.isTerminal !== true || this.total === 0) return;
    const share = Math.min(1, done / this.total);
    const width = Math.floor(share * 24);
    const text = `${this.what} ${'█'.repeat(width)}${'░'.repeat(24 - width)} ${Math.floor(share * 100)} %`;
    if (text === this.shown) return;
    this.shown = text;
    this.console.err(`\r\u001b[K${text}`);
  }

  end(): void {
    if (this.shown !== '') this.console.err('\r\u001b[K');
    this.shown = '';
  }
}
