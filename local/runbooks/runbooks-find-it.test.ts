/**
 * Runbooks that find it: for each alarm whose fault the local runtime can inject, the fault is injected, traffic is driven,
 * and the runbook's queries are asked of the captured logs. What only a scenario can show has its queries asked of ordinary
 * traffic, or of what callers do wrong.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LogEvent } from '../../cloudwatch/insights/run-query.ts';
import { type Runbook, readRunbooks } from '../../runbooks/front-matter.ts';
import { type AlarmId, boards as boardNames } from '../../services/contract/alarms.ts';
import { type RunningSystem, startSystem } from '../system/running-system.ts';
import { capturedLogs } from './captured-logs.ts';
import { columns } from './columns.ts';
import { drawnBoards } from './drawn-boards.ts';
import { missed } from './find-it.ts';
import { mistakes, ordinaryTraffic, prepareItems, rareTraffic } from './traffic.ts';

const runbooks = readRunbooks();
const injected = runbooks.filter(({ fault }) => 'kind' in fault);
const scenarioOnly = runbooks.filter(({ fault }) => 'scenario-only' in fault);
/** A time-out takes its ten seconds, so it runs beside the others, on a route of its own. */
const slowest: AlarmId = 'function-near-timeout';

let system: RunningSystem;
let ids: string[];
let timedOut: Promise<number>;
let began: number;
beforeAll(async () => {
  system = await startSystem();
  began = Date.now();
  ids = await prepareItems(system, runbooks.length + 3);
  const since = Date.now();
  const fault = await inject(runbooks.find(({ alarm }) => alarm === slowest)!);
  const call = system.call('GET', `/items/${ids.pop()}`, { as: 'alice' });
  timedOut = call.then(() => remove(fault)).then(() => since);
});
afterAll(() => system.close());

/** Time is scaled down: minutes of a fault are one burst of calls. @returns its id */
async function inject({ fault }: Runbook): Promise<string> {
  const { durationSeconds: _, ...request } = fault as { readonly durationSeconds?: number };
  return (await system.control<{ id: string }>('/api/faults', request)).id;
}

const remove = (id: string) =>
  fetch(`${system.runtime.urls.control}/api/faults/${id}`, { method: 'DELETE' });

/** Lines arrive a moment after the answer. @returns what no query found in the end */
async function findings(
  { queries }: Runbook,
  since: number,
  rewrite = (event: LogEvent): LogEvent => event,
): Promise<readonly string[]> {
  for (let attempt = 0; ; attempt++) {
    const problems = await Promise.all(
      queries.map(async (query) => {
        const events = await capturedLogs(system, query.logGroups, since);
        return missed(query, events.map(rewrite));
      }),
    );
    const left = problems.filter((problem) => problem !== undefined);
    if (left.length === 0 || attempt === 20) return left;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a fault is found by its runbook', () => {
  test.each(injected.filter(({ alarm }) => alarm !== slowest))('$alarm', async (runbook) => {
    const since = Date.now();
    const id = await inject(runbook);
    await ordinaryTraffic(system, ids);
    await remove(id);
    expect(await findings(runbook, since)).toEqual([]);
  });
});

describe('what only a scenario can show', () => {
  /** A throttle of hundreds a second is not reached here: an access log's line says what it would say of one turned away. */
  const turnedAway = ({ message, ...event }: LogEvent): LogEvent => ({
    ...event,
    message: message.replace(/"status":"\d+"/, '"status":"429"'),
  });

  test.each(scenarioOnly)('$alarm', async (runbook) => {
    const since = Date.now();
    await (runbook.alarm === 'api-client-errors' ? mistakes(system) : ordinaryTraffic(system, ids));
    const rewrite = runbook.alarm === 'api-throttled' ? turnedAway : undefined;
    expect(await findings(runbook, since, rewrite)).toEqual([]);
  });

  test('is listed with its reason', () => {
    const reasons = scenarioOnly.map(({ alarm, fault }) => [alarm, Object.values(fault)[0]]);
    console.log(reasons.map(([alarm, reason]) => `${alarm}: ${reason}`).join('\n'));
    expect(injected.length).toBeGreaterThanOrEqual(10);
    expect(reasons.length + injected.length).toBe(runbooks.length);
  });
});

test('a query finds nothing where there is no fault', async () => {
  const since = Date.now();
  await ordinaryTraffic(system, ids);
  const [burn] = runbooks.filter(({ alarm }) => alarm === 'api-availability-burn');
  const [query] = burn!.queries;
  expect(missed(query!, await capturedLogs(system, query!.logGroups, since))).toBe(
    'failing-routes returns 0 rows, not 1',
  );
});

test(`${slowest}: a time-out is found by its runbook`, async () => {
  const since = await timedOut;
  expect(await findings(runbooks.find(({ alarm }) => alarm === slowest)!, since)).toEqual([]);
});

test('no widget of a board is empty after all this', async () => {
  await rareTraffic(system, ids[0] as string);
  const boards = await drawnBoards(system, began);
  console.log(
    columns(
      ['board', 'widgets', 'unsupported', 'empty'],
      boards.map(({ board, widgets, unsupported, empty }) => [
        board,
        String(widgets),
        unsupported.join(', ') || '0',
        String(empty.length),
      ]),
    ),
  );
  expect(boards.flatMap(({ empty }) => empty)).toEqual([]);
  expect(boards.map(({ board }) => board).sort()).toEqual([...boardNames].sort());
});
