/** Where the site's service and sign-in are: `/config.json`, which a deployment uploads and the local runtime answers. */
import type { SiteConfig } from '../services/contract/site-config.ts';

/** What a visitor reads where it is missing: one sentence, with who can mend it. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(options?: ErrorOptions) {
    super(
      'This site cannot start because its settings, /config.json, are missing or damaged: whoever runs it has to deploy them again.',
      options,
    );
  }
}

/** @throws ConfigError where the file is not there, is no JSON or lacks a setting */
export async function readConfig(fetch = globalThis.fetch): Promise<SiteConfig> {
  try {
    const response = await fetch('/config.json');
    const config: unknown = await response.json();
    if (response.ok && isSiteConfig(config)) return config;
  } catch (cause) {
    throw new ConfigError({ cause });
  }
  throw new ConfigError();
}

function isSiteConfig(value: unknown): value is SiteConfig {
  const { stage, apiUrl, signInUrl, clientId, scopes } = Object(value);
  return (
    [apiUrl, signInUrl].every((url) => URL.canParse(url)) &&
    [stage, clientId].every((text) => typeof text === 'string') &&
    Array.isArray(scopes)
  );
}
