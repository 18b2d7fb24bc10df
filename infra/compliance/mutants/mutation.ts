/** How a mutant changes an app before synthesis: by a property's path, as an override would, or by a raw resource. */
import { type App, CfnResource, type Stack } from 'aws-cdk-lib/core';

export type Mutation = (app: App) => void;

/** By what is weakened, in words. */
export type Mutants = Readonly<Record<string, Mutation>>;

/** @param path construct path without the stage, up to the first dot of a generated name: `Api/GetItemGrant/Resource` */
export function resourceAt(app: App, path: string): CfnResource {
  const found = app.node
    .findAll()
    .find(({ node }) => node.path.replace(/^Manara-[a-z0-9]+-|\.[^/]*$/g, '') === path);
  if (!found || !CfnResource.isCfnResource(found)) {
    throw new Error(`there is no resource ${path} to mutate`);
  }
  return found;
}

export const set =
  (path: string, property: string, value: unknown): Mutation =>
  (app) =>
    resourceAt(app, path).addPropertyOverride(property, value);

export const unset =
  (path: string, property: string): Mutation =>
  (app) =>
    resourceAt(app, path).addPropertyDeletionOverride(property);

/** Removes the resource from its template. */
export const drop =
  (path: string): Mutation =>
  (app) => {
    const { node } = resourceAt(app, path);
    node.scope?.node.tryRemoveChild(node.id);
  };

/** Adds a raw resource to a stack; the properties may refer to resources by path with `ref(app, path)`. */
export const add =
  (
    stack: string,
    type: string,
    properties: (app: App) => Readonly<Record<string, unknown>>,
  ): Mutation =>
  (app) => {
    const scope = app.node.children.find(({ node }) => node.id.endsWith(`-${stack}`)) as Stack;
    new CfnResource(scope, 'Mutant', { type, properties: properties(app) });
  };

export const ref = (app: App, path: string): string => resourceAt(app, path).ref;

export const arn = (app: App, path: string): string =>
  resourceAt(app, path).getAtt('Arn').toString();

/** A policy of one harmless statement, with what the mutant makes of it. */
export const policy = (more: object): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/k', ...more }],
});

/** Another account. */
export const stranger = { AWS: 'arn:aws:iam::999999999999:root' };
