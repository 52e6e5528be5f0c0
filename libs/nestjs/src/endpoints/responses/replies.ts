import { HttpStatus, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Responder } from '../../http/module-controller.js';
import { jsonText } from '../values/json.js';
import { problemOf } from './problem.js';

/** A text in another form than JSON. */
export class TextBody {
  constructor(
    readonly text: string,
    readonly type: string,
  ) {}
}

/** Turns the outcome of a request into a response: a result, or the problem that it failed with. */
@Injectable()
export class Replies {
  constructor(
    @Inject(Responder) private readonly responder: Responder,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /** Responds with the result of the work as JSON, or with the problem that it fails with. Returns the body. */
  async to(response: unknown, work: () => unknown): Promise<unknown> {
    try {
      const result = await work();
      if (result instanceof TextBody) return this.send(response, result.text, result.type, HttpStatus.OK);
      return this.send(response, jsonText(result ?? null), 'application/json; charset=utf-8', HttpStatus.OK);
    } catch (thrown) {
      const problem = problemOf(thrown);
      if (problem.status === Number(HttpStatus.SERVICE_UNAVAILABLE)) this.host.httpAdapter.setHeader(response, 'Retry-After', '1');
      return this.send(response, JSON.stringify(problem), 'application/problem+json; charset=utf-8', problem.status);
    }
  }

  private send(response: unknown, body: string, contentType: string, status: number): unknown {
    this.host.httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
    this.host.httpAdapter.setHeader(response, 'X-Content-Type-Options', 'nosniff');
    return this.responder.send(response, { body, status, contentType });
  }
}
