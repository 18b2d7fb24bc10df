/** Every lint rule. The ids are what `--disable` takes. */
import type { Rule } from '../rule.ts';
import { acceptanceRules } from './acceptance-rules.ts';
import { actionRules } from './action-rules.ts';
import { compositeRules } from './composite-rules.ts';
import { evaluationRules } from './evaluation-rules.ts';
import { metricRules } from './metric-rules.ts';
import { rangeRules } from './range-rules.ts';
import { referenceRules } from './reference-rules.ts';
import { styleRules } from './style-rules.ts';
import { topicRules } from './topic-rules.ts';

export const allRules: readonly Rule[] = [
  ...metricRules,
  ...referenceRules,
  ...rangeRules,
  ...acceptanceRules,
  ...evaluationRules,
  ...actionRules,
  ...topicRules,
  ...compositeRules,
  ...styleRules,
];
