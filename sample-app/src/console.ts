import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** What Nest tells about its own start is of no interest here. */
const silent = new Set(['NestFactory', 'NestApplication', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** Lines as short as they can be: time, who, what. */
export class SampleLogger extends ConsoleLogger {
  constructor() {
    super({ colors: process.stdout.isTTY === true && process.env.NO_COLOR === undefined });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context !== 'string' || !silent.has(context)) super.log(message, ...(rest as [string]));
  }

  protected override formatMessage(level: LogLevel, message: unknown, _pid: string, _level: string, context: string): string {
    const time = new Date().toTimeString().slice(0, 8);
    const loud = level === 'log' ? '' : `${this.colorize(level.toUpperCase(), level)} `;
    return `${time} ${context}${loud}${this.stringifyMessage(message, level)}\n`;
  }
}

/** Where to look, once it runs. */
export function invitation(port: number, kafka: string): string {
  const at = `http://localhost:${port}`;
  return [
    '',
    `Payments flow through ${kafka}. Look here:`,
    `  ${at}/totals                  count and sum per user; ?from=&to=&limit=`,
    `  ${at}/totals/user-1           of one`,
    `  ${at}/spend/user-1            per minute; ?from=&to= in epoch ms`,
    `  ${at}/health/ready            and live, startup`,
    `  ${at}/metrics`,
    'Ctrl-C stops. The next start goes on from there; npm start -- --fresh begins with nothing.',
    '',
  ].join('\n');
}
