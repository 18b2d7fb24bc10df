/**
 * `npm run alarms:live -- <stage> [--compare] [--yes]`: compares the deployed alarms with the template, sets each one that
 * tells somebody to ALARM and back, and reports which messages were carried out and which subscriptions are dead. People are
 * told: it asks first. `--compare` changes nothing; Ctrl-C sets back what was set. Exit 1 where anything is wrong.
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SNSClient } from '@aws-sdk/client-sns';
import { checkLiveAlarms, type LiveReport } from '../rehearsal/check-live-alarms.ts';
import { expectedAlarms } from '../rehearsal/expected-alarms.ts';
import { unhurried } from '../rehearsal/rehearse.ts';
import { stageNamed } from '../stages.ts';
import { ask } from './ask.ts';
import { readArguments } from './read-arguments.ts';

const root = join(import.meta.dirname, '../..');

function describe({ rehearsals, alreadyOn, topics, problems }: LiveReport): string {
  const carriedOut = rehearsals.reduce((sum, { delivered }) => sum + delivered, 0);
  return [
    ...topics.map(
      ({ topicArn, confirmed, unconfirmed }) =>
        `${topicArn}: ${confirmed} subscribed, ${unconfirmed.length} unconfirmed`,
    ),
    ...rehearsals.map(({ alarm, delivered }) => `${alarm}: ${delivered} of 2 actions carried out`),
    ...alreadyOn.map((alarm) => `${alarm}: in ALARM already, left alone`),
    ...problems.map((problem) => `✗ ${problem}`),
    `${rehearsals.length} rehearsed, ${carriedOut} messages, ${problems.length} problems`,
  ].join('\n');
}

try {
  const { values, positionals } = readArguments({
    options: { compare: { type: 'boolean' }, yes: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [stage, ...others] = positionals;
  if (!stage || others.length > 0) {
    throw new Error('usage: npm run alarms:live -- <stage> [--compare] [--yes]');
  }
  const expected = expectedAlarms(join(root, 'cdk.out', stage), stageNamed(stage));
  const telling = expected.filter(({ topic }) => topic !== undefined).length;
  const question = `${telling} alarms of ${stage} will tell their subscribers twice. Go on? [y/N]`;
  const rehearse = !values.compare && (values.yes || /^y$/i.test(await ask(question)));
  const stop = new AbortController();
  process.once('SIGINT', () => {
    console.error('stopped: the alarms are set back');
    stop.abort();
  });
  const report = await checkLiveAlarms(expected, {
    clients: (region) => ({
      cloudWatch: new CloudWatchClient({ region }),
      sns: new SNSClient({ region }),
    }),
    rehearse,
    wait: setTimeout,
    stop: stop.signal,
    ...unhurried,
  });
  console.log(`${expected.length} alarms in the templates\n${describe(report)}`);
  process.exitCode = report.problems.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
