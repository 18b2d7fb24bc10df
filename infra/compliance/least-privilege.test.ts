import { describe, expect, test } from '@jest/globals';
import { templatesOf } from '../templates.ts';
import { configurations } from '../variants.ts';
import { expectedPrivileges, privileges } from './least-privilege.ts';

describe('least privilege', () => {
  test.each(Object.entries(configurations))('holds exactly in %s', (_, settings) => {
    for (const [stack, template] of Object.entries(templatesOf(settings))) {
      expect({ [stack]: privileges(template) }).toEqual({
        [stack]: expectedPrivileges(stack, settings),
      });
    }
  });
});
