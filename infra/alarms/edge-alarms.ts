/** What only us-east-1 can see: the site's edge, the API from outside; and certificates, of either region. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { math, metric } from '../../dashboards/metrics.ts';
import type { AlarmDefinition } from './alarm-member.ts';

/** Fewer failures than this in a minute wake nobody, however few the requests. */
const minimumFailures = 5;

export const edgeErrors = (distributionId: string): AlarmDefinition => {
  const dimensions = { DistributionId: distributionId, Region: 'Global' };
  const rate = metric('AWS/CloudFront', '5xxErrorRate', dimensions, Stats.AVERAGE);
  const failures = math(
    'requests * rate / 100',
    { rate, requests: metric('AWS/CloudFront', 'Requests', dimensions, Stats.SUM) },
    60,
    'Requests answered with a 5xx',
  );
  return {
    alarmId: 'edge-errors',
    meaning: 'CloudFront answers more than one request in a hundred for the site with a 5xx.',
    metric: math(
      `IF(FILL(bad, 0) < ${minimumFailures}, 0, rate / 100)`,
      { rate, bad: failures },
      60,
      'Share of requests answered with a 5xx',
    ),
    threshold: 0.01,
  };
};

export const apiUnreachable = (HealthCheckId: string): AlarmDefinition => ({
  alarmId: 'api-unreachable',
  meaning: 'Route 53’s checkers around the world cannot reach /health.',
  metric: metric('AWS/Route53', 'HealthCheckStatus', { HealthCheckId }, Stats.MINIMUM),
  threshold: 1,
  bad: 'below',
  datapoints: [3, 3],
  // A verdict that does not arrive is no verdict. If the checks themselves stop, api-no-traffic tells, once.
  silence: 'as before',
});

/**
 * ACM renews 60 days ahead; 30 days before the end something stands in its way. The metric stops with the certificate.
 * @param host whose certificate it is; in the description also because a new name is a new certificate, which the template
 * of another stack would not show
 */
export const certificateExpiry = (
  where: 'api' | 'edge',
  CertificateArn: string,
  host: string,
): AlarmDefinition => ({
  alarmId: 'certificate-expiry',
  qualifier: where,
  meaning: `The certificate of ${host} ends within 30 days and has not been renewed.`,
  metric: metric('AWS/CertificateManager', 'DaysToExpiry', { CertificateArn }, Stats.MINIMUM, {
    period: 86_400,
  }),
  threshold: 30,
  bad: 'at most',
  datapoints: [1, 1],
  silence: 'as before',
});
