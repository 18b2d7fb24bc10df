/** Asks the API for `/health` from outside AWS's own network of the region: what callers see, DNS and certificate included. */

import { HealthCheck, HealthCheckType } from 'aws-cdk-lib/aws-route53';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { healthRoute } from '../../services/contract/routes.ts';

export class ApiHealthCheck extends HealthCheck {
  constructor(scope: Construct, id: string, apiName: string) {
    super(scope, id, {
      type: HealthCheckType.HTTPS,
      fqdn: apiName,
      port: 443,
      resourcePath: healthRoute.path,
      enableSNI: true,
      requestInterval: Duration.seconds(30),
      failureThreshold: 3,
    });
  }
}
