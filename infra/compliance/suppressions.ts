/**
 * The findings that we live with, each with its reason and the day it is looked at again. The gate fails on a finding that
 * is not here, on a row that is no longer needed, on one without a reason, and on a review that is overdue.
 */
export interface Suppression {
  readonly rule: string;
  /** Construct paths, without the stage. */
  readonly paths: readonly string[];
  readonly reason: string;
  /** Configurations it holds for; default every one. */
  readonly only?: readonly string[];
  /** ISO date. */
  readonly review: string;
}

const functions = ['PutItem', 'ListItems', 'GetItem', 'UpdateItem', 'DeleteItem'];
const roles = functions.map((name) => `Api/${name}Role/Resource`);
const handlers = functions.map((name) => `Api/${name}/Function/Resource`);
const health = ['Api/Api/Default/health/GET/Resource'];
const stages = ['dev', 'prod'].map((stage) => `Api/Api/DeploymentStage.${stage}/Resource`);
const site = ['Web/Site/Distribution/Resource'];
const pool = ['Api/SignIn/Pool/Resource'];

const traces = 'AWS X-Ray has no resources to name for PutTraceSegments and PutTelemetryRecords.';
const called =
  'Invoked synchronously by API Gateway alone: no event is queued that a dead-letter queue could keep.';
const mock = 'GET /health is a mock that reads nothing; the Route 53 health check has no token.';
const ownTls =
  "Without a domain there is only CloudFront's certificate, whose protocols are fixed.";
const noFirewall = 'The stage has no firewall, by its record.';
const everyCountry = 'The stage is open to every country, by its record.';
const plainSignIn = 'The variant shows that plain sign-in synthesizes; no stage uses it.';

const rows: readonly Omit<Suppression, 'review'>[] = [
  { rule: 'AwsSolutions-IAM5[Resource::*]', paths: roles, reason: traces },
  { rule: 'Serverless-LambdaStarPermissions', paths: roles, reason: traces },
  { rule: 'Serverless-LambdaDLQ', paths: handlers, reason: called },
  { rule: 'AwsSolutions-APIG4', paths: health, reason: mock },
  { rule: 'AwsSolutions-COG4', paths: health, reason: mock },
  { rule: 'AwsSolutions-CFR4', paths: site, reason: ownTls, only: ['dev', 'without-domain'] },
  { rule: 'AwsSolutions-CFR2', paths: site, reason: noFirewall, only: ['dev', 'without-firewall'] },
  {
    rule: 'AwsSolutions-APIG3',
    paths: stages,
    reason: noFirewall,
    only: ['dev', 'without-firewall'],
  },
  {
    rule: 'AwsSolutions-CFR1',
    paths: site,
    reason: everyCountry,
    only: ['dev', 'without-countries'],
  },
  { rule: 'AwsSolutions-COG2', paths: pool, reason: plainSignIn, only: ['with-plain-sign-in'] },
  { rule: 'AwsSolutions-COG8', paths: pool, reason: plainSignIn, only: ['with-plain-sign-in'] },
];

/** A row that needs another day brings its own `review`. */
export const suppressions: readonly Suppression[] = rows.map((row) => ({
  review: '2027-05-31',
  ...row,
}));
