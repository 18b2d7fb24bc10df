/** The alarms that a stage's templates say there are, with what can be told of them before they are deployed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { regionOf, type StackName, stackId } from '../deploy/deploy-steps.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { Json, Template, TemplateResource } from '../templates.ts';

export interface ExpectedAlarm {
  readonly name: string;
  readonly region: string;
  readonly properties: Readonly<Record<string, Json>>;
  /** Name of the topic that hears of it; undefined for an alarm that tells nobody. */
  readonly topic: string | undefined;
}

const isAlarm = ({ Type }: TemplateResource) => /^AWS::CloudWatch::(Composite)?Alarm$/.test(Type);

/** @param assembly `cdk.out/<stage>` @throws Error of one line where it was not synthesized */
export const expectedAlarms = (
  assembly: string,
  settings: StageSettings,
): readonly ExpectedAlarm[] =>
  (['Web', 'Api', 'Ops'] as const).flatMap((stack) => {
    const { Resources } = readTemplate(assembly, settings.stage, stack);
    const prefix = `manara-${settings.stage}${stack === 'Web' ? '-edge' : ''}`;
    return Object.values(Resources)
      .filter(isAlarm)
      .map(({ Properties, Metadata }) => ({
        name: Properties.AlarmName,
        region: regionOf(settings, stack),
        properties: { ...Properties, ...ruleOf(Properties, Resources) },
        topic: Properties.AlarmActions?.length ? `${prefix}-${Metadata.Severity}` : undefined,
      }));
  });

function readTemplate(assembly: string, stage: string, stack: StackName): Template {
  const file = join(assembly, `${stackId(stage, stack)}.template.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`${file} is not there: run npm run synth -- ${stage}`);
  }
}

/** A composite's rule with the names of its alarms in place of references to their ARNs. */
function ruleOf({ AlarmRule }: Json, resources: Template['Resources']) {
  const parts: readonly Json[] = AlarmRule?.['Fn::Join']?.[1] ?? [];
  const text = parts.map((part) => {
    const logicalId = part['Fn::GetAtt']?.[0];
    return logicalId ? (resources[logicalId]?.Properties.AlarmName ?? logicalId) : part;
  });
  return parts.length > 0 ? { AlarmRule: text.join('') } : {};
}
