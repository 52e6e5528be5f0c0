import { AbstractHttpAdapter } from '@nestjs/core';

const nothing = (): void => {};

/** Stands in for a platform where a module is looked at and serves nothing. */
export class NoServer extends AbstractHttpAdapter<object, object, object> {
  constructor() {
    super({});
  }

  close(): void {}
  useStaticAssets(): void {}
  setViewEngine(): void {}
  getRequestHostname(): void {}
  getRequestMethod(): void {}
  getRequestUrl(): void {}
  status(): void {}
  reply(): void {}
  end(): void {}
  render(): void {}
  redirect(): void {}
  setErrorHandler(): void {}
  setNotFoundHandler(): void {}
  isHeadersSent(): void {}
  getHeader(): void {}
  setHeader(): void {}
  appendHeader(): void {}
  registerParserMiddleware(): void {}
  enableCors(): void {}
  createMiddlewareFactory(): () => void {
    return nothing;
  }
  getType(): string {
    return 'none';
  }
  applyVersionFilter(): () => () => void {
    return () => nothing;
  }

  /** Called in the constructor of a Nest application. */
  initHttpServer(): void {
    this.httpServer = {};
  }
}
