/** The strict pack: a validation plugin of our own for what the public packs miss. It reads the finished templates. */

import { readFileSync } from 'node:fs';
import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolation,
} from 'aws-cdk-lib/core';
import type { StageSettings } from '../stage-settings.ts';
import type { Template } from '../templates.ts';
import { dataRules } from './rules/data-rules.ts';
import { edgeRules } from './rules/edge-rules.ts';
import { functionRules } from './rules/function-rules.ts';
import { gatewayRules } from './rules/gateway-rules.ts';
import { iamRules } from './rules/iam-rules.ts';
import { templateRules } from './rules/template-rules.ts';

export const strictRules = [
  ...iamRules,
  ...dataRules,
  ...functionRules,
  ...gatewayRules,
  ...edgeRules,
  ...templateRules,
];

export class StrictChecks implements IPolicyValidationPlugin {
  readonly name = 'Manara';
  readonly #settings: StageSettings;

  constructor(settings: StageSettings) {
    this.#settings = settings;
  }

  validate({ templatePaths }: IPolicyValidationContext): PolicyValidationPluginReport {
    const violations = templatePaths.flatMap((path) => {
      const template: Template = JSON.parse(readFileSync(path, 'utf8'));
      return strictRules.flatMap((rule) => this.#violations(rule, template));
    });
    return { success: violations.length === 0, violations };
  }

  #violations(rule: (typeof strictRules)[number], template: Template): readonly PolicyViolation[] {
    return [...rule.check(template, this.#settings)].map(([logicalId, what]) => ({
      ruleName: `Manara-${rule.id}`,
      description: `${rule.demand} Here: ${what}.`,
      severity: 'error',
      violatingResources: [
        {
          constructPath: template.Resources[logicalId]?.Metadata?.['aws:cdk:path'] ?? logicalId,
          locations: [],
        },
      ],
    }));
  }
}
