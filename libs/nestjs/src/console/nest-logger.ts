import { Logger as NestLogger } from '@nestjs/common';
import { OuzelError, type Logger } from '@ouzel/streams';

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
      logger.error(message, stackOf(error));
    },
  };
}

/** An error of Ouzel says what is wrong and what would help; of the code that it came from the stack is what helps. */
function stackOf(error: unknown): string | undefined {
  return error instanceof OuzelError ? stackOf(error.cause) : error instanceof Error ? error.stack : undefined;
}
