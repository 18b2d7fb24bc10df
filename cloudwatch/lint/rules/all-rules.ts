/** Every lint rule: what it says of itself is data, how it finds is beside it in this folder. */
import { readFileSync } from 'node:fs';
import type { Level, RuleTable } from '../rule.ts';
import { acceptanceRules } from './acceptance-rules.ts';
import { actionRules } from './action-rules.ts';
import { compositeRules } from './composite-rules.ts';
import { evaluationRules } from './evaluation-rules.ts';
import { metricRules } from './metric-rules.ts';
import { rangeRules } from './range-rules.ts';
import { referenceRules } from './reference-rules.ts';
import { styleRules } from './style-rules.ts';
import { topicRules } from './topic-rules.ts';

interface RuleText {
  /** The highest level at which it reports. */
  readonly level: Level;
  /** What it finds. */
  readonly what: string;
  /** Why that matters. */
  readonly why: string;
  /** Where it is documented. */
  readonly source: string;
}

const texts: Readonly<Record<string, RuleText>> = JSON.parse(
  readFileSync(new URL('../rules.data.json', import.meta.url), 'utf8'),
);

const finders = {
  ...metricRules,
  ...referenceRules,
  ...rangeRules,
  ...acceptanceRules,
  ...evaluationRules,
  ...actionRules,
  ...topicRules,
  ...compositeRules,
  ...styleRules,
} satisfies RuleTable;

/** In the order in which they report. The ids are what `--disable` takes. */
export const allRules = Object.entries<RuleTable[string]>(finders).map(([id, find]) => ({
  ...{ id, find },
  ...(texts[id] as RuleText),
}));
