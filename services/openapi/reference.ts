/** OpenAPI's JSON, and its way to say a thing once. */
export type Json = Readonly<Record<string, unknown>>;

export const reference = (
  kind: 'schemas' | 'parameters' | 'headers' | 'responses',
  name: string,
): Json => ({ $ref: `#/components/${kind}/${name}` });
