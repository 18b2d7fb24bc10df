/** A stage made by hand, for tests of the parts that read one. */
import { tmpdir } from 'node:os';
import type { Properties, Resource, Stage } from './resource.ts';

type Described = Partial<Resource> & { readonly type: string; readonly properties?: Properties };

/** `ref` and `logicalId` default to each other, `arn` to one made of `ref`. */
export function stageOf(resources: readonly Described[]): Stage {
  const complete = resources.map(({ properties = {}, ...given }, index): Resource => {
    const ref = given.ref ?? given.logicalId ?? `resource-${index}`;
    return { stack: 'Api', logicalId: ref, arn: `arn:local:${ref}`, ...given, ref, properties };
  });
  return {
    name: 'dev',
    region: 'eu-west-1',
    account: '123456789012',
    directory: tmpdir(),
    resources: complete,
    ofType: (type) => complete.filter((resource) => resource.type === type),
    find: (refOrArn) => complete.find(({ ref, arn }) => ref === refOrArn || arn === refOrArn),
    assetPath: ({ logicalId }) => {
      throw new Error(`${logicalId} has no asset`);
    },
  };
}
