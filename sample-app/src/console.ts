import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** Parts of Nest that log each step of the start. They say nothing about streams. */
const stepsOfStart = new Set(['NestFactory', 'NestApplication', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** Parts of Nest that log an error of the start before they throw it. `main.ts` prints it. */
const errorsOfStart = new Set(['ExceptionHandler', 'NestApplication']);

/** Logs short lines: time, part, and what happened. */
export class SampleLogger extends ConsoleLogger {
  constructor() {
    super({ colors: process.stdout.isTTY === true && process.env.NO_COLOR === undefined });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!stepsOfStart.has(String(rest.at(-1)))) super.log(message, ...(rest as [string]));
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (!errorsOfStart.has(String(rest.at(-1)))) super.error(message, ...(rest as [string]));
  }

  protected override formatMessage(level: LogLevel, message: unknown, _pid: string, _level: string, context: string): string {
    const time = new Date().toTimeString().slice(0, 8);
    const levelName = level === 'log' ? '' : `${this.colorize(level.toUpperCase(), level)} `;
    return `${time} ${context}${levelName}${this.stringifyMessage(message, level)}\n`;
  }
}

/** Returns the lines that say what there is to look at. */
export function invitation(port: number, kafka: string): string {
  const at = `http://localhost:${port}`;
  return [
    '',
    `Payments flow through ${kafka}. Look at`,
    `  ${at}/totals           count and sum of each user; ?from=&to=&limit=`,
    `  ${at}/totals/user-1    count and sum of one user`,
    `  ${at}/spend/user-1     sum of one user per minute; ?from=&to= in epoch ms`,
    `  ${at}/health/ready     readiness; also /health/live and /health/startup`,
    `  ${at}/metrics          metrics for Prometheus`,
    'Ctrl-C stops. The next start goes on from there; npm start -- --fresh begins with nothing.',
    '',
  ].join('\n');
}
