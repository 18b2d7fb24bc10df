/** What a lint rule is, and what it is given. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';
import type { Subject } from './subject.ts';

/**
 * `error`: certain that the alarm can never fire or never be heard, or that it would be refused. `warning`: likely
 * trouble. `info`: style, and what could not be judged.
 */
export const levels = ['error', 'warning', 'info'] as const;
export type Level = (typeof levels)[number];

export interface LintContext {
  readonly templates: TemplateSet;
  readonly catalogue: Catalogue;
  /** Alarms on metrics. */
  readonly alarms: readonly Subject[];
  readonly composites: readonly Subject[];
}

export interface Found {
  readonly at: TemplateResource;
  /** What is wrong and why it matters, in one sentence. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
  /** Where it is less than the rule's. */
  readonly level?: Level;
}

export interface Rule {
  readonly id: string;
  /** The highest level at which it reports. */
  readonly level: Level;
  /** What it finds. */
  readonly what: string;
  /** Why that matters. */
  readonly why: string;
  /** Where it is documented. */
  readonly source: string;
  readonly find: (context: LintContext) => Iterable<Found>;
}

/** A rule that looks at one alarm on metrics at a time. */
export const forEachAlarm =
  (find: (alarm: Subject, context: LintContext) => Iterable<Omit<Found, 'at'>>): Rule['find'] =>
  (context) =>
    context.alarms.flatMap((alarm) =>
      [...find(alarm, context)].map((found) => ({ at: alarm.resource, ...found })),
    );

/** A rule that looks at one alarm of either kind at a time. */
export const forEachNotifier =
  (find: (alarm: Subject, context: LintContext) => Iterable<Omit<Found, 'at'>>): Rule['find'] =>
  (context) =>
    [...context.alarms, ...context.composites].flatMap((alarm) =>
      [...find(alarm, context)].map((found) => ({ at: alarm.resource, ...found })),
    );
