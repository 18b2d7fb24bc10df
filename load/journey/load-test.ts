/** The test that every script runs, as k6 wants it: options, setup, one turn of a visitor, teardown, and the numbers. */
import { check } from 'k6';
import execution from 'k6/execution';
import http from 'k6/http';
import { Counter, Rate } from 'k6/metrics';
import type { Options } from 'k6/options';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { loadObjectives, throttled, unavailable } from '../objectives/load-objectives.ts';
import { thresholds } from '../objectives/thresholds.ts';
import { leadIn, loadPlan, scenarioOf } from '../profiles/load-plan.ts';
import type { ProfileName } from '../profiles/profiles.ts';
import { type AccessToken, fetchAccessToken, renewingToken, SignInError } from './access-tokens.ts';
import { answerCounter } from './answer-counter.ts';
import { cleanUp } from './clean-up.ts';
import { fateOf, fates, type ItemsClient, itemsClient, type Observer } from './items-client.ts';
import { type Failure, type Message, type RunSettings, settingsVariable } from './run-settings.ts';
import { visitor } from './visitor.ts';

const settings = readSettings();
/** The service's log tells the load from what the run sends besides: lead-in, first requests and clean-up. */
const loadAgent = `manara-load/${settings.runId}`;
const aside = () => `${loadAgent} aside`;
const byScenario = () => (execution.scenario.name === leadIn ? aside() : loadAgent);
const cleanUpSeconds = 100;

// The journey means to meet 412; k6's own charts would show it as a failure.
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 399 }, 412));

const unavailableRate = new Rate(unavailable);
const throttledRate = new Rate(throttled);
const names = Object.keys(routes) as FunctionName[];
const answered = new Map(
  names.flatMap((name) =>
    fates.map((fate) => [answerCounter(name, fate), new Counter(answerCounter(name, fate))]),
  ),
);

export function optionsOf(profile: ProfileName): Options {
  const plan = loadPlan(profile, settings);
  return {
    scenarios: Object.fromEntries(plan.phases.map((phase) => [phase.name, scenarioOf(phase)])),
    thresholds: thresholds(loadObjectives(plan)),
    summaryTrendStats: ['avg', 'med', 'p(90)', 'p(95)', 'p(99)', 'max', 'count'],
    setupTimeout: '60s',
    teardownTimeout: `${cleanUpSeconds + 20}s`,
    discardResponseBodies: true,
  };
}

interface SetupData {
  readonly startedAt: number;
  readonly tokens: readonly AccessToken[];
}

/** Signs the clients in and sends each request once, so that the load does not meet what has never run. */
export function setup(): SetupData {
  const startedAt = Date.now();
  const tokens = settings.clients.map((client) => {
    try {
      return fetchAccessToken(http, settings.signInUrl, client, Date.now());
    } catch (error) {
      if (error instanceof SignInError) refuse(error.message);
      throw error;
    }
  });
  warmUp(clientFor(tokens, 0, aside));
  return { startedAt, tokens };
}

/** A service that fails is for the objectives to judge; one that does not answer, or refuses, cannot be measured. */
function warmUp(client: ItemsClient): void {
  const content = { title: `load ${settings.runId}: first` };
  const made = client.create(content, `${settings.runId}-first`);
  if (firstFailure && fateOf(firstFailure.status) !== 'failed') {
    refuse(`${settings.apiUrl} ${reasonOf(firstFailure)}`);
  }
  if (!made) return;
  client.read(made.id);
  client.list();
  client.update(made.id, made.etag, content);
  client.remove(made.id);
}

const reasonOf = ({ route, status, what }: Failure) =>
  status === 0 ? `does not answer: ${what}` : `answers ${route} with ${status}: ${what}`;

let turn: (() => void) | undefined;

export default function load({ tokens }: SetupData): void {
  const { idInTest } = execution.vu;
  turn ??= visitor({
    client: clientFor(tokens, idInTest % tokens.length, byScenario),
    runId: settings.runId,
    name: String(idInTest),
  });
  turn();
}

export function teardown({ startedAt, tokens }: SetupData): void {
  const clients = tokens.map((_, index) => clientFor(tokens, index, aside));
  const deadline = Date.now() + cleanUpSeconds * 1000;
  const { runId } = settings;
  tell({
    event: 'cleaned',
    ...cleanUp({ clients, runId, startedAt, deadline, now: Date.now }),
  });
}

export function handleSummary(data: unknown): Record<string, string> {
  return { [settings.summaryFile]: JSON.stringify(data) };
}

const observer: Observer = {
  answered(name, status) {
    const fate = fateOf(status);
    answered.get(answerCounter(name, fate))?.add(1);
    unavailableRate.add(fate === 'failed' || fate === 'lost');
    throttledRate.add(status === 429);
  },
  checked: (what, holds) => void check(null, { [what]: () => holds }),
  failed(failure) {
    firstFailure ??= failure;
    const kind = `${failure.route} ${failure.status}`;
    if (!told.has(kind)) tell({ event: 'failure', ...failure });
    told.add(kind);
  },
};
/** The first of each kind is told, by each virtual user. */
const told = new Set<string>();
let firstFailure: Failure | undefined;

function clientFor(
  tokens: readonly AccessToken[],
  index: number,
  agent: () => string,
): ItemsClient {
  const client = settings.clients[index];
  const token = tokens[index];
  if (!client || !token) throw new Error('There is no load client');
  return itemsClient({
    apiUrl: settings.apiUrl,
    userAgent: agent,
    token: renewingToken(
      token,
      () => fetchAccessToken(http, settings.signInUrl, client, Date.now()),
      Date.now,
    ),
    send: (method, url, body, params) => {
      const { status, headers, body: text, error } = http.request(method, url, body, params);
      return { status, headers, body: text, error };
    },
    observe: observer,
    now: Date.now,
  });
}

function tell(message: Message): void {
  console.log(JSON.stringify(message));
}

function refuse(reason: string): never {
  tell({ event: 'refused', reason });
  return execution.test.abort(reason) as never;
}

function readSettings(): RunSettings {
  const text = __ENV[settingsVariable];
  if (!text) throw new Error('Start load tests with npm run load -- <profile>');
  return JSON.parse(text);
}
