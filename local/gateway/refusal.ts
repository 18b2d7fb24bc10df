/** Turned away before the stage is known: no gateway response, no log line, no metric (AWS: Set up CloudWatch logging). */
import { randomUUID } from 'node:crypto';
import type { Answer, Headers } from './answer.ts';

export class Refusal extends Error implements Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  constructor(status: number, contentType: string, body: string, headers: Headers = []) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
    this.headers = [['Content-Type', contentType], ...headers];
  }
}

export const refuse = (status: number, message: string, headers: Headers = []): Refusal =>
  new Refusal(status, 'application/json', JSON.stringify({ message }), headers);

/** Another API, another stage, or the execute-api endpoint where it is disabled. */
export const forbidden = (): Refusal =>
  refuse(403, 'Forbidden', [
    ['x-amzn-RequestId', randomUUID()],
    ['x-amzn-ErrorType', 'ForbiddenException'],
  ]);
