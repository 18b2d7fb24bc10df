/** What edits of a finished template would do, past CDK altogether. */
import type { Json } from '../../templates.ts';
import { policy } from './mutation.ts';

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

export const templateMutants: Readonly<Record<string, (api: { Resources: Resources }) => void>> = {
  'a template with a raw wildcard role': ({ Resources }) => {
    Resources['Evil'] = {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: policy({ Principal: { Service: 'lambda.amazonaws.com' } }),
        Policies: [{ PolicyName: 'a', PolicyDocument: policy({ Action: 'iam:*' }) }],
      },
    };
  },
  'a firewall that only counts': ({ Resources }) => {
    for (const rule of firewallRules(Resources)) rule.OverrideAction &&= { Count: {} };
  },
  'a firewall that limits no address': ({ Resources }) => {
    for (const rule of firewallRules(Resources)) rule.Action &&= { Count: {} };
  },
  'a template without a grant': ({ Resources }) => {
    for (const id of Object.keys(Resources).filter((name) => name.startsWith('GetItemGrant')))
      delete Resources[id];
  },
  'a template with a nested stack': ({ Resources }) => {
    Resources['Nested'] = {
      Type: 'AWS::CloudFormation::Stack',
      Properties: { TemplateURL: 'https://example.org' },
    };
  },
  'a template with a custom resource': ({ Resources }) => {
    Resources['Custom'] = { Type: 'Custom::Anything', Properties: {} };
  },
};

function firewallRules(resources: Resources): readonly Json[] {
  const acl = Object.values(resources).find(({ Type }) => Type === 'AWS::WAFv2::WebACL');
  return acl?.Properties['Rules'] as readonly Json[];
}
