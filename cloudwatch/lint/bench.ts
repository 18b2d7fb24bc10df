/** How long linting takes as templates grow. Called by `npm run bench`. */
import { soundResources } from '../fixtures/sound-template.ts';
import { openTemplates } from '../template/open-templates.ts';
import { lintTemplates } from './lint-templates.ts';

export interface LintTiming {
  readonly resources: number;
  readonly milliseconds: number;
}

/** Times the lint of one template with so many resources: copies of a small service, half of it alarms. */
export function timeLint(resources = 500): LintTiming {
  const copies = Math.round(resources / Object.keys(soundResources).length);
  const Resources = Object.assign({}, ...Array.from({ length: copies }, (_, index) => copy(index)));
  const before = performance.now();
  const file = { file: 'large.template.json', body: { Resources }, region: 'eu-west-1' };
  const templates = openTemplates([file]);
  lintTemplates(templates);
  return { resources: templates.resources.length, milliseconds: performance.now() - before };
}

/** The service with ids and names of its own. */
function copy(index: number): typeof soundResources {
  const ids = [...Object.keys(soundResources), 'orders'];
  const text = ids.reduce(
    (body, id) => body.replaceAll(`"${id}"`, `"${id}${index}"`),
    JSON.stringify(soundResources),
  );
  return JSON.parse(text.replaceAll('burn-', `burn-${index}-`));
}
