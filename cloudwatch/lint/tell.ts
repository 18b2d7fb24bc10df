/** Properties of resources other than alarms, where the templates tell them. */
import { UnresolvedError } from '../template/intrinsics.ts';
import type { TemplateResource } from '../template/template-set.ts';

/** What stands for a property that is there and that the templates do not tell. */
export const unknown = Symbol('unknown');

/** A resolved property; undefined where it is absent, `unknown` where it cannot be resolved. */
export function tell(resource: TemplateResource, property: string): unknown {
  try {
    return resource.property(property);
  } catch (error) {
    if (error instanceof UnresolvedError) return unknown;
    throw error;
  }
}

/** Its ARN, or what `Ref` yields; undefined where its name cannot be resolved. */
export function idOf(resource: TemplateResource, id: 'arn' | 'ref'): string | undefined {
  try {
    return resource[id];
  } catch (error) {
    if (error instanceof UnresolvedError) return undefined;
    throw error;
  }
}
