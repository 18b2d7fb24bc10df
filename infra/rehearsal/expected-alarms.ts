/** The alarms that a stage's templates say there are, with what can be told of them before they are deployed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { regionOf, type StackName, stackId } from '../deploy/deploy-steps.ts';
import type { StageSettings } from '../stage-settings.ts';
import type { Json, Template } from '../templates.ts';

export interface ExpectedAlarm {
  readonly name: string;
  readonly region: string;
  readonly properties: Readonly<Record<string, Json>>;
  /** Name of the topic that hears of it; undefined for an alarm that tells nobody. */
  readonly topic: string | undefined;
}

const stacks = ['Web', 'Api', 'Ops'] as const satisfies readonly StackName[];
const types = new Set(['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm']);

/** @param assembly `cdk.out/<stage>` @throws Error of one line where it was not synthesized */
export function expectedAlarms(
  assembly: string,
  settings: StageSettings,
): readonly ExpectedAlarm[] {
  return stacks.flatMap((stack) => {
    const { Resources } = readTemplate(assembly, settings.stage, stack);
    const prefix = `manara-${settings.stage}${stack === 'Web' ? '-edge' : ''}`;
    const nameOf = (logicalId: string) => Resources[logicalId]?.Properties?.AlarmName ?? logicalId;
    return Object.values(Resources)
      .filter(({ Type }) => types.has(Type))
      .map(({ Properties, Metadata }) => ({
        name: Properties.AlarmName,
        region: regionOf(settings, stack),
        properties: { ...Properties, ...ruleOf(Properties, nameOf) },
        topic: Properties.AlarmActions?.length ? `${prefix}-${Metadata.Severity}` : undefined,
      }));
  });
}

function readTemplate(assembly: string, stage: string, stack: StackName): Template {
  const file = join(assembly, `${stackId(stage, stack)}.template.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`${file} is not there: run npm run synth -- ${stage}`);
  }
}

/** A composite's rule with the names of its alarms in place of references to their ARNs. */
function ruleOf({ AlarmRule }: Json, nameOf: (logicalId: string) => string) {
  const parts: readonly Json[] | undefined = AlarmRule?.['Fn::Join']?.[1];
  if (!parts) return {};
  const text = parts.map((part) =>
    typeof part === 'string' ? part : nameOf(part['Fn::GetAtt'][0]),
  );
  return { AlarmRule: text.join('') };
}
