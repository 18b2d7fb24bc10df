/** The strict pack: a validation plugin of our own for what the public packs miss. It reads the finished templates. */
import { readFileSync } from 'node:fs';
import type { IPolicyValidationPlugin } from 'aws-cdk-lib/core';
import type { StageSettings } from '../stage-settings.ts';
import type { Template } from '../templates.ts';
import { statementsOf } from './policy-statements.ts';
import { edgeRules } from './rules/edge-rules.ts';
import { gatewayRules } from './rules/gateway-rules.ts';
import { iamRules } from './rules/iam-rules.ts';
import { resourceRules } from './rules/resource-rules.ts';

export const strictRules = [...iamRules, ...resourceRules, ...gatewayRules, ...edgeRules];

export interface Offence {
  readonly rule: string;
  readonly logicalId: string;
  readonly message: string;
}

export function offencesIn(template: Template, settings: StageSettings): readonly Offence[] {
  const statements = statementsOf(template);
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    const properties = resource.Properties ?? {};
    const subject = { logicalId, resource, properties, template, statements, settings };
    return strictRules
      .filter(({ of }) => of?.includes(resource.Type.replace('AWS::', '')) ?? true)
      .flatMap(({ id, demand, finds }) =>
        finds(subject).flatMap((what) =>
          what ? [{ rule: `Manara-${id}`, logicalId, message: `${demand} Here: ${what}.` }] : [],
        ),
      );
  });
}

export const strictChecks = (settings: StageSettings): IPolicyValidationPlugin => ({
  name: 'Manara',
  validate({ templatePaths }) {
    const violations = templatePaths.flatMap((path) => {
      const template: Template = JSON.parse(readFileSync(path, 'utf8'));
      return offencesIn(template, settings).map(({ rule, logicalId, message }) => {
        const constructPath = template.Resources[logicalId]?.Metadata?.['aws:cdk:path'];
        return {
          ruleName: rule,
          description: message,
          severity: 'error',
          violatingResources: [{ constructPath: constructPath ?? logicalId, locations: [] }],
        };
      });
    });
    return { success: violations.length === 0, violations };
  },
});
