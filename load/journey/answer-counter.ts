/** Names of k6's counters of what became of the requests of a route. */
import type { FunctionName } from '../../services/contract/routes.ts';
import type { Fate } from './items-client.ts';

/** `answers_get_item_handled`: k6 allows no dash in a metric's name. */
export const answerCounter = (name: FunctionName, fate: Fate): string =>
  `answers_${name.replace(/-/g, '_')}_${fate}`;
