/** Puts the local API and sign-in in place of the deployed ones in a Content-Security-Policy. */
import type { Stage } from '../template/resource.ts';

export interface Endpoints {
  readonly apiUrl: string;
  readonly signInUrl: string;
}

/**
 * Gives a function that rewrites a policy. Every source that names the template's API or its user pool's domain becomes
 * the local one; other sources stay. `upgrade-insecure-requests` goes: there is no HTTPS on a laptop.
 */
export function localizePolicy(stage: Stage, endpoints: Endpoints): (policy: string) => string {
  const hosts = (type: string, property: string) =>
    stage.ofType(type).map(({ properties }) => String(properties[property]));
  const apiHosts = hosts('AWS::ApiGateway::DomainName', 'DomainName');
  const signInHosts = hosts('AWS::Cognito::UserPoolDomain', 'Domain');
  const local = (source: string) => {
    const host = /^https:\/\/([^/:]+)/.exec(source)?.[1];
    if (host === undefined) return source;
    if (apiHosts.includes(host) || /\.execute-api\.[\w.*-]+$/.test(host))
      return origin(endpoints.apiUrl);
    const isSignIn =
      signInHosts.includes(host) || /\.amazoncognito\.com$|^cognito-idp\./.test(host);
    return isSignIn ? origin(endpoints.signInUrl) : source;
  };
  return (policy) =>
    policy
      .split(';')
      .map((directive) => [...new Set(directive.trim().split(/\s+/).map(local))].join(' '))
      .filter((directive) => directive && directive !== 'upgrade-insecure-requests')
      .join('; ');
}

const origin = (url: string) => new URL(url).origin;
