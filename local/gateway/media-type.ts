/** `Application/JSON; charset=utf-8` → `application/json`; undefined where the header is absent or empty. */
export const mediaType = (header: string | undefined): string | undefined =>
  header?.split(';', 1)[0]?.trim().toLowerCase() || undefined;

// Whether a content type is binary for an API. An entry is exact, `type/*` or `*/*`; `*/x` is no wildcard. A missing type
// counts as application/json. AWS: Content type conversions in API Gateway.
export function isBinary(
  binaryMediaTypes: readonly string[],
  type: string | undefined = 'application/json',
): boolean {
  return binaryMediaTypes.some((entry) => {
    const pattern = entry.toLowerCase();
    if (pattern === '*/*' || pattern === type) return true;
    return pattern.endsWith('/*') && type.startsWith(pattern.slice(0, -1));
  });
}

/** The template whose content type the client accepts first; else application/json; else the first (assumed). */
export function templateFor<Template>(
  templates: ReadonlyMap<string, Template>,
  accept: string | undefined,
): readonly [contentType: string, template: Template] | undefined {
  const accepted = (accept ?? '').split(',').map((range) => mediaType(range) ?? '');
  for (const type of [...accepted, 'application/json']) {
    const template = templates.get(type);
    if (template !== undefined) return [type, template];
  }
  return templates.entries().next().value;
}
