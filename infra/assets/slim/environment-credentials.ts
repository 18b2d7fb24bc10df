/** `@aws-sdk/credential-provider-node` where credentials are always in the environment, as Lambda puts them there. */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
