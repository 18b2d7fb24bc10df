/** The headers that every response of the site carries. Scripts, styles and images come from the site alone. */
import {
  HeadersFrameOption,
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

const policy = (connect: readonly string[]) =>
  Object.entries({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self'",
    'connect-src': ["'self'", ...connect].join(' '),
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
  })
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');

const deniedFeatures = ['camera', 'geolocation', 'microphone', 'payment', 'usb'];

export class SiteHeaders extends ResponseHeadersPolicy {
  constructor(scope: Construct, id: string, settings: StageSettings) {
    const { stage, region, domain, signIn } = settings;
    // Without a domain the API's name is not known before the API exists, and the site is deployed first.
    const api = domain ? domain.apiName : `*.execute-api.${region}.amazonaws.com`;
    const signInHost = `${signIn.domainPrefix}.auth.${region}.amazoncognito.com`;
    super(scope, id, {
      responseHeadersPolicyName: `manara-${stage}-site`,
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: policy([`https://${api}`, `https://${signInHost}`]),
          override: true,
        },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730),
          includeSubdomains: true,
          override: true,
        },
        contentTypeOptions: { override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      },
      customHeadersBehavior: {
        customHeaders: Object.entries({
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Cross-Origin-Resource-Policy': 'same-origin',
          'Permissions-Policy': deniedFeatures.map((feature) => `${feature}=()`).join(', '),
        }).map(([header, value]) => ({ header, value, override: true })),
      },
    });
  }
}
