import { expect, test } from '@jest/globals';
import { stackOrder } from '../deploy/deploy-steps.ts';
import type { DomainSettings, StageSettings } from '../stage-settings.ts';
import { stageNamed } from '../stages.ts';
import { propertiesOf, templatesOf } from '../templates.ts';
import { configurations } from '../variants.ts';

interface StackOutput {
  readonly StackName: string;
  readonly OutputName: string;
  readonly Region: string;
}

/** Every `Fn::GetStackOutput` in a template. */
function outputsReadBy(template: unknown): readonly StackOutput[] {
  const found: StackOutput[] = [];
  JSON.parse(JSON.stringify(template), (key, value) => {
    if (key === 'Fn::GetStackOutput') found.push(value);
    return value;
  });
  return found;
}

test.each(['prod', 'without-domain', 'in-us-east-1'])(
  '%s: a stack reads only what one before it in the same region puts out',
  (name) => {
    const settings = configurations[name] as StageSettings;
    const templates = templatesOf(settings);
    for (const [stack, template] of Object.entries(templates)) {
      for (const { StackName, OutputName, Region } of outputsReadBy(template)) {
        const source = StackName.slice(`Manara-${settings.stage}-`.length) as 'Api';
        expect([source, Region]).toEqual([source, settings.region]);
        expect(templates[source]?.Outputs).toHaveProperty(OutputName);
        expect(stackOrder.indexOf(source)).toBeLessThan(stackOrder.indexOf(stack as 'Ops'));
      }
    }
    expect(outputsReadBy(templates['Ops']).length).toBeGreaterThan(0);
  },
);

test('another name of the API changes the alarm on its certificate, whose ARN the template does not show', () => {
  const prod = stageNamed('prod');
  const alarmOf = (apiName: string) => {
    const domain = { ...prod.domain, apiName } as DomainSettings;
    return propertiesOf(templatesOf({ ...prod, domain }).Ops, 'AWS::CloudWatch::Alarm').find(
      ({ MetricName }) => MetricName === 'DaysToExpiry',
    );
  };
  expect(alarmOf('new.example.com')).not.toEqual(alarmOf('api.example.com'));
});
