/** The live check against a stub of CloudWatch and SNS: prod as it is synthesized, deployed well and badly. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { stackId } from '../deploy/deploy-steps.ts';
import { stageNamed } from '../stages.ts';
import { templatesOf } from '../templates.ts';
import { type AwsStub, startAwsStub } from './aws-stub.ts';
import { checkLiveAlarms } from './check-live-alarms.ts';
import { type ExpectedAlarm, expectedAlarms } from './expected-alarms.ts';
import type { Pace } from './rehearse.ts';

const settings = stageNamed('prod');
const assembly = mkdtempSync(join(tmpdir(), 'manara-live-'));
const templates = templatesOf(settings);
for (const stack of ['Web', 'Api', 'Ops'] as const) {
  writeFileSync(
    join(assembly, `${stackId('prod', stack)}.template.json`),
    JSON.stringify(templates[stack]),
  );
}
const expected = expectedAlarms(assembly, settings);
afterAll(() => rmSync(assembly, { recursive: true }));

const arnOf = (topic: string) => `arn:aws:sns:eu-central-1:111122223333:${topic}`;
const page = arnOf('manara-prod-page');
const burn = 'manara-prod-api-availability-burn';

/** The API's region, and us-east-1. */
let stub: AwsStub;
let edge: AwsStub;
const stubOf = ({ region }: Pick<ExpectedAlarm, 'region'>) =>
  region === 'us-east-1' ? edge : stub;

beforeEach(async () => {
  [stub, edge] = await Promise.all([startAwsStub(), startAwsStub()]);
  for (const alarm of expected) {
    stubOf(alarm).alarms.set(alarm.name, deploy(alarm));
    if (alarm.topic) {
      const subscriptions = { 'on-call@example.com': `${arnOf(alarm.topic)}:1` };
      stubOf(alarm).subscriptions.set(arnOf(alarm.topic), subscriptions);
    }
  }
});
afterEach(() => Promise.all([stub.close(), edge.close()]));

/** As DescribeAlarms would tell of it: references resolved, the topic's ARN in place. */
function deploy({ name, properties, topic }: ExpectedAlarm) {
  const { AlarmRule, Tags, ActionsSuppressor, ...told } = properties;
  const resolved = JSON.parse(
    JSON.stringify(told, (_, value) => (value?.Ref || value?.['Fn::GetAtt'] ? 'resolved' : value)),
  );
  const actions = topic ? [arnOf(topic)] : [];
  return {
    ...resolved,
    AlarmName: name,
    StateValue: 'OK',
    ActionsEnabled: true,
    ...{ AlarmActions: actions, OKActions: actions },
    ...(AlarmRule && {
      AlarmRule: AlarmRule.replace(/"([^"]+)"/g, '"arn:aws:cloudwatch:eu-central-1:1:alarm:$1"'),
    }),
  };
}

const check = (rehearse = true, pace: Partial<Pace> = {}) =>
  checkLiveAlarms(expected, {
    clients: (region) => stubOf({ region }).clients,
    rehearse,
    wait: async () => {},
    pollMs: 1,
    patienceMs: 3,
    ...pace,
  });

describe('a stage that is deployed as its template says', () => {
  test('has no problem, and every action of every alarm that tells somebody is carried out', async () => {
    const { problems, rehearsals } = await check();
    expect(problems).toEqual([]);
    const telling = expected.filter(({ topic }) => topic).map(({ name }) => name);
    expect(rehearsals.map(({ alarm }) => alarm).sort()).toEqual([...telling].sort());
    expect(rehearsals.every(({ delivered }) => delivered === 2)).toBe(true);
  });

  test('each alarm is set to ALARM and back, and nothing that drives a rollback is touched', async () => {
    await check();
    expect(stub.states).toContain(`${burn} → ALARM`);
    expect(stub.states.filter((state) => state.startsWith(`${burn} `)).at(-1)).toBe(`${burn} → OK`);
    expect(stub.states.filter((state) => state.includes('deployment-rollback'))).toEqual([]);
    expect(stub.states.filter((state) => state.includes('--1h-at-14.4'))).toEqual([]);
  });

  test('a rehearsal that is stopped sets back what it has set, and no more', async () => {
    const stop = new AbortController();
    const wait = async () => {
      if (stub.states.length === 3) stop.abort();
    };
    const { problems } = await check(true, { wait, stop: stop.signal });
    const alarmsOf = (state: string) =>
      stub.states.filter((one) => one.endsWith(state)).map((one) => one.split(' ')[0]);
    expect(alarmsOf('ALARM')).toHaveLength(3);
    expect(alarmsOf('OK')).toEqual(alarmsOf('ALARM'));
    expect(problems.length).toBeGreaterThan(0);
  });

  test('is only compared where nobody is to be told', async () => {
    const { problems, rehearsals } = await check(false);
    const states = [...stub.states, ...edge.states];
    expect({ problems, rehearsals, states }).toEqual({ problems: [], rehearsals: [], states: [] });
  });
});

describe('what is wrong with a deployed stage is told', () => {
  const change = (name: string, properties: object) =>
    stub.alarms.set(name, { ...stub.alarms.get(name), ...properties });

  test.each<[string, object, RegExp]>([
    ['a threshold changed by hand', { Threshold: 9 }, /Threshold is 9, not 0/],
    ['another metric', { MetricName: 'Invocations' }, /MetricName is "Invocations", not "Errors"/],
    ['another dimension', { Dimensions: [] }, /Dimensions is \[\], not /],
    ['actions switched off', { ActionsEnabled: false }, /its actions are switched off/],
    [
      'no topic',
      { AlarmActions: [], OKActions: [page] },
      /AlarmActions are none, not manara-prod-ticket/,
    ],
    [
      'the wrong topic',
      { OKActions: [page] },
      /OKActions are .*manara-prod-page, not manara-prod-ticket/,
    ],
  ])('%s', async (_, properties, message) => {
    change('manara-prod-function-errors--put-item', properties);
    const { problems } = await check(false);
    expect(problems.some((problem) => message.test(problem))).toBe(true);
  });

  test('another rule of a composite', async () => {
    change(burn, { AlarmRule: 'ALARM("arn:aws:cloudwatch:eu-central-1:1:alarm:x")' });
    const { problems } = await check(false);
    expect(problems).toEqual([expect.stringContaining(`${burn}: AlarmRule is`)]);
  });

  test('an alarm that is not there, and one that no template has', async () => {
    stub.alarms.delete(burn);
    stub.alarms.set('manara-prod-by-hand', { AlarmName: 'manara-prod-by-hand', StateValue: 'OK' });
    const { problems } = await check(false);
    expect(problems).toEqual([
      `${burn} is not deployed`,
      'manara-prod-by-hand is deployed, and no template has it',
    ]);
  });

  test('a topic whose key refuses CloudWatch', async () => {
    stub.refusing.add(page);
    const { problems, rehearsals } = await check();
    expect(problems).toContain(`${burn}: Failed to execute action ${page}`);
    expect(rehearsals.find(({ alarm }) => alarm === burn)?.delivered).toBe(0);
  });

  test('a subscription that was never confirmed, and a topic that nobody hears', async () => {
    stub.subscriptions.set(page, { 'on-call@example.com': 'PendingConfirmation' });
    const { problems } = await check(false);
    expect(problems).toEqual([
      `${page}: on-call@example.com has not confirmed its subscription`,
      `${page}: nobody hears it`,
    ]);
  });

  test('an alarm that is on already is left alone', async () => {
    change(burn, { StateValue: 'ALARM' });
    const { alreadyOn } = await check();
    expect(alreadyOn).toEqual([burn]);
    expect(stub.states.filter((state) => state.startsWith(`${burn} `))).toEqual([]);
  });
});
