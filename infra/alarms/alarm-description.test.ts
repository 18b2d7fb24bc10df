import { expect, test } from '@jest/globals';
import { stageNamed } from '../stages.ts';
import { propertiesOf, templatesOf } from '../templates.ts';

const templates = templatesOf(stageNamed('prod'));

test.each(['Ops', 'Web'])(
  'an alarm of %s leads to a board of its own stack and region',
  (stack) => {
    const template = templates[stack];
    const boards = propertiesOf(template, 'AWS::CloudWatch::Dashboard').map(
      ({ DashboardName }) => DashboardName,
    );
    const region = stack === 'Web' ? 'us-east-1' : 'eu-central-1';
    const alarms = ['Alarm', 'CompositeAlarm'].flatMap((type) =>
      propertiesOf(template, `AWS::CloudWatch::${type}`),
    );
    expect(alarms.length).toBeGreaterThan(1);
    for (const { AlarmName, AlarmDescription } of alarms) {
      const [, home, board] =
        /region=(.+)#dashboards\/dashboard\/(.+)$/.exec(AlarmDescription) ?? [];
      expect([AlarmName, home, boards.includes(board)]).toEqual([AlarmName, region, true]);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  },
);
