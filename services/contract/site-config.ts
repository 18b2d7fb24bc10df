/** What the site is told in `/config.json`: the local runtime serves it, a deployment uploads it. */
export interface SiteConfig {
  readonly stage: string;
  readonly apiUrl: string;
  /** Base of `/oauth2/authorize`, `/oauth2/token` and `/logout`. */
  readonly signInUrl: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
}
