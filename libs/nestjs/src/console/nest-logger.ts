import { Logger as NestLogger } from '@nestjs/common';
import { OuzelError, type Logger } from '@ouzel/streams';

/**
 * Returns a logger that writes to Nest's logger, whatever that was set to. Calls `before` first, so that a progress bar
 * on the terminal makes way.
 */
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
      logger.error(message, stackOf(error));
    },
  };
}

/**
 * Returns the stack to print. An error of Ouzel says what is wrong and what would help, so only the stack of the error
 * that it wraps is printed.
 */
function stackOf(error: unknown): string | undefined {
  return error instanceof OuzelError ? stackOf(error.cause) : error instanceof Error ? error.stack : undefined;
}
