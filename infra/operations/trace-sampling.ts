/** How many requests are traced: one a second whatever happens, and a fixed share of the rest, so that cost stays bounded. */
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import type { Construct } from 'constructs';
import type { StageNames } from '../../services/contract/names.ts';

export class TraceSampling extends CfnSamplingRule {
  constructor(scope: Construct, id: string, names: StageNames) {
    super(scope, id, {
      samplingRule: {
        ruleName: names.prefix,
        version: 1,
        priority: 1000,
        reservoirSize: 1,
        fixedRate: 0.05,
        host: '*',
        httpMethod: '*',
        urlPath: '*',
        resourceArn: '*',
        // "<api name>/<stage>": X-Ray, "Configure sampling rules".
        serviceName: `${names.api}/${names.stage}`,
        serviceType: 'AWS::ApiGateway::Stage',
      },
    });
  }
}
