/** How long linting takes as templates grow. Called by `npm run bench`. */
import { openTemplates } from '../template/open-templates.ts';
import type { ResourceBody } from '../template/parse-template.ts';
import { lintTemplates } from './lint-templates.ts';

export interface LintTiming {
  readonly resources: number;
  readonly milliseconds: number;
}

const perService = 5;

/** Times the lint of one template with so many resources, four fifths of them alarms that notify one topic. */
export function timeLint(resources = 500): LintTiming {
  const services = Array.from({ length: (resources - 1) / perService }, (_, index) =>
    service(index),
  );
  const Resources = Object.assign({ Topic: { Type: 'AWS::SNS::Topic' } }, ...services);
  const before = performance.now();
  const file = { file: 'large.template.json', body: { Resources }, region: 'eu-west-1' };
  const templates = openTemplates([file]);
  lintTemplates(templates);
  return { resources: templates.resources.length, milliseconds: performance.now() - before };
}

/** A function and four alarms: two on it, one on a ratio, one composite of the two. */
function service(index: number): Readonly<Record<string, ResourceBody>> {
  const Dimensions = [{ Name: 'FunctionName', Value: { Ref: `Function${index}` } }];
  const metric = (MetricName: string) => ({ Namespace: 'AWS/Lambda', MetricName, Dimensions });
  const input = (Id: string, name: string) => ({
    Id,
    ReturnData: false,
    MetricStat: { Metric: metric(name), Stat: 'Sum', Period: 300 },
  });
  const ratio = { Id: 'ratio', Expression: 'IF(FILL(bad, 0) < 5, 0, bad / all)' };
  const alarm = (Threshold: number, properties: object): ResourceBody => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      EvaluationPeriods: 3,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: 'Topic' }],
      Threshold,
      ...properties,
    },
  });
  const rule = `ALARM("\${Errors${index}.Arn}") AND ALARM("\${Duration${index}.Arn}")`;
  return {
    [`Function${index}`]: { Type: 'AWS::Lambda::Function', Properties: { Timeout: 10 } },
    [`Errors${index}`]: alarm(0, { ...metric('Errors'), Period: 300, Statistic: 'Sum' }),
    [`Duration${index}`]: alarm(8000, { ...metric('Duration'), Period: 300, Statistic: 'Maximum' }),
    [`Ratio${index}`]: alarm(0.05, {
      Metrics: [ratio, input('bad', 'Errors'), input('all', 'Invocations')],
    }),
    [`Both${index}`]: {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      Properties: { AlarmRule: { 'Fn::Sub': rule } },
    },
  };
}
