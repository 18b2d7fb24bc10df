/**
 * The findings that we live with, each with its reason and the day it is looked at again. The gate fails on a finding that
 * is not here, on a row that is no longer needed, and on a review that is overdue.
 */
export interface Suppression {
  readonly rule: string;
  /** Construct paths, without the stage. */
  readonly paths: readonly string[];
  /** Configurations it holds for; default every one. */
  readonly only?: readonly string[];
  readonly reason: string;
  /** ISO date. */
  readonly review: string;
}

const functions = ['PutItem', 'ListItems', 'GetItem', 'UpdateItem', 'DeleteItem'];
const roles = functions.map((name) => `Api/${name}Role/Resource`);
const health = ['Api/Api/Default/health/GET/Resource'];
const site = ['Web/Site/Distribution/Resource'];
const pool = ['Api/SignIn/Pool/Resource'];

const review = '2027-05-31';

export const suppressions: readonly Suppression[] = [
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    paths: roles,
    reason:
      'xray:PutTraceSegments and xray:PutTelemetryRecords: AWS X-Ray has no resources to name.',
    review,
  },
  {
    rule: 'Serverless-LambdaStarPermissions',
    paths: roles,
    reason: 'The same two X-Ray actions.',
    review,
  },
  {
    rule: 'Serverless-LambdaDLQ',
    paths: functions.map((name) => `Api/${name}/Function/Resource`),
    reason:
      'Invoked synchronously by API Gateway alone: no event is queued that a dead-letter queue could keep.',
    review,
  },
  {
    rule: 'AwsSolutions-APIG4',
    paths: health,
    reason: 'GET /health is a mock that reads nothing; the Route 53 health check has no token.',
    review,
  },
  { rule: 'AwsSolutions-COG4', paths: health, reason: 'As AwsSolutions-APIG4.', review },
  {
    rule: 'AwsSolutions-CFR4',
    paths: site,
    only: ['dev', 'without-domain'],
    reason:
      "Without a domain there is only CloudFront's own certificate, whose protocols are fixed.",
    review,
  },
  {
    rule: 'AwsSolutions-CFR2',
    paths: site,
    only: ['dev', 'without-firewall'],
    reason: 'The stage has no firewall, by its record.',
    review,
  },
  {
    rule: 'AwsSolutions-APIG3',
    paths: ['Api/Api/DeploymentStage.dev/Resource', 'Api/Api/DeploymentStage.prod/Resource'],
    only: ['dev', 'without-firewall'],
    reason: 'The stage has no firewall, by its record.',
    review,
  },
  {
    rule: 'AwsSolutions-CFR1',
    paths: site,
    only: ['dev', 'without-countries'],
    reason: 'The stage is open to every country, by its record.',
    review,
  },
  {
    rule: 'AwsSolutions-COG2',
    paths: pool,
    only: ['with-plain-sign-in'],
    reason: 'The variant shows that sign-in without a second factor synthesizes; no stage uses it.',
    review,
  },
  {
    rule: 'AwsSolutions-COG8',
    paths: pool,
    only: ['with-plain-sign-in'],
    reason: 'The variant shows that the cheaper tier synthesizes; no stage uses it.',
    review,
  },
];
