/** The JSONPath that `$input.path` and `$input.json` take: `$`, `.name`, `['name']`, `[n]`. */
const step = /\.([\w-]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/y;

/**
 * @returns undefined where the path leads nowhere
 * @throws Error for wildcards, filters and other steps
 */
export function jsonPath(document: unknown, path: string): unknown {
  let value = document;
  step.lastIndex = path.startsWith('$') ? 1 : 0;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) throw new Error(`the JSONPath ${path} is not emulated: only names and indexes are`);
    const name = match[1] ?? match[2] ?? match[3] ?? match[4]!;
    const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    value = holds ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}
