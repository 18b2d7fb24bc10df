/** OAuth scopes: `<resource server>/<scope>`, as Cognito writes them into an access token. */
export const resourceServer = 'items';

export const scopes = {
  read: `${resourceServer}/read`,
  write: `${resourceServer}/write`,
  /** Held by load-test clients only: what they make expires by itself. */
  ephemeral: `${resourceServer}/ephemeral`,
} as const;

export type Scope = (typeof scopes)[keyof typeof scopes];
