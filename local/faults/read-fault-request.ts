/** Checks what a client sends to `POST /api/faults`, one clear sentence per mistake. */
import { BadRequestError } from '../http/loopback-server.ts';
import { type FaultKind, type FaultRequest, faultKinds } from './faults.ts';

const fields: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  kind: (value) =>
    faultKinds.includes(value as FaultKind)
      ? undefined
      : `kind must be one of ${faultKinds.join(', ')}`,
  rate: (value) =>
    isBetween(value, 0, 1) && value !== 0 ? undefined : 'rate must be above 0 and at most 1',
  route: (value) => (typeof value === 'string' ? undefined : 'route must be text'),
  durationSeconds: (value) =>
    isBetween(value, 0, 86_400) && value !== 0
      ? undefined
      : 'durationSeconds must be above 0 and at most 86400 (real seconds)',
  delayMs: (value) =>
    isBetween(value, 0, 900_000) ? undefined : 'delayMs must be between 0 and 900000',
};

/**
 * @param routes the routes of the template, as a fault names them: `GET /items/{id}`
 * @throws BadRequestError
 */
export function readFaultRequest(value: unknown, routes: readonly string[]): FaultRequest {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadRequestError(
      'A fault is a JSON object such as {"kind":"table-errors","rate":0.5}',
    );
  }
  const request: Record<string, unknown> = { kind: undefined, ...value };
  for (const [name, given] of Object.entries(request)) {
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const wrong = check
      ? check(given)
      : `A fault has no field ${name}, only ${Object.keys(fields).join(', ')}`;
    if (wrong) throw new BadRequestError(wrong);
  }
  const { route } = request;
  if (route !== undefined && !routes.includes(route as string)) {
    throw new BadRequestError(`There is no route ${route}, only ${routes.join(', ')}`);
  }
  return request as unknown as FaultRequest;
}

const isBetween = (value: unknown, low: number, high: number) =>
  typeof value === 'number' && value >= low && value <= high;
