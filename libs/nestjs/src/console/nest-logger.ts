import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from '@ouzel/streams';

/** Hands the engine's log to Nest's logger, whatever that was set to. `before` is called first: a bar on the terminal makes way. */
export function nestLogger(context: string, before: () => void = () => {}): Logger {
  const logger = new NestLogger(context);
  return {
    debug: (message) => logger.debug(message),
    info: (message) => {
      before();
      logger.log(message);
    },
    warn: (message) => {
      before();
      logger.warn(message);
    },
    error: (message, error) => {
      before();
      logger.error(message, error?.stack);
    },
  };
}
