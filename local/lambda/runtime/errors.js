/** Errors as the managed Node.js 24 runtime makes and describes them (package aws-lambda-ric 4). */

/** An error of the runtime itself: its name is the type that Lambda reports, its class the type in a JSON log. */
export function runtimeError(type, message) {
  const className = type.endsWith('Error') ? type : `${type}Error`;
  const { [className]: RuntimeError } = { [className]: class extends Error {} };
  return Object.assign(new RuntimeError(message), { name: `Runtime.${type}` });
}

export const stackLines = ({ stack }) =>
  typeof stack === 'string' ? stack.split('\n') : undefined;

/** What the caller of the function gets. */
export const errorPayload = (thrown) =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: stackLines(thrown) ?? [] }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
