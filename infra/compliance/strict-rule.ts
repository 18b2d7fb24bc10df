/** What a rule of the strict pack is. Rules read finished templates, so overrides and raw resources cannot hide from them. */
import type { StageSettings } from '../stage-settings.ts';
import type { Template } from '../templates.ts';

/** What is wrong, and where. */
export type Offence = readonly [logicalId: string, what: string];

export interface StrictRule {
  /** Stable: suppressions and reports name it `Manara-<id>`. */
  readonly id: string;
  /** What must hold. */
  readonly demand: string;
  readonly check: (template: Template, settings: StageSettings) => Iterable<Offence>;
}
