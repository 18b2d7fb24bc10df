import { environment } from '../contract/environment.ts';

/** The settings of a deployed function, one for each variable that the contract names. */
export type Environment = { readonly [Name in keyof typeof environment]: string };

/**
 * Reads them at start-up.
 * @throws Error naming every variable that is missing
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const names = Object.entries(environment);
  const missing = names.map(([, name]) => name).filter((name) => !variables[name]);
  if (missing.length > 0) throw new Error(`Environment variables missing: ${missing.join(', ')}`);
  return Object.fromEntries(names.map(([key, name]) => [key, variables[name]])) as Environment;
}
