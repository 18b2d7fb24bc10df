/** Finds the function that the handler string names, with the errors of the managed Node.js 24 runtime (aws-lambda-ric 4). */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runtimeError } from './errors.js';

const callbackRefused =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';

async function loadModule(root, folder, name) {
  const path = resolve(root, folder, name);
  try {
    // A folder of that name is found, too, and fails: on AWS as here.
    const file = ['', '.js', '.mjs', '.cjs'].map((ending) => path + ending).find(existsSync);
    if (file) return await import(pathToFileURL(file).href);
    const require = createRequire(join(root, 'any.js'));
    return require(require.resolve(name, { paths: [root, join(root, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) {
      const { stack } = error;
      throw Object.assign(runtimeError('UserCodeSyntaxError', String(error)), { stack });
    }
    // Only CommonJS's code is mapped: a missing ES module surfaces as a plain Error, on AWS as here.
    if (error?.code === 'MODULE_NOT_FOUND') throw runtimeError('ImportModuleError', String(error));
    throw error;
  }
}

const memberOf = (module, path) =>
  path
    .split('.')
    .reduce((value, key) => (typeof value === 'object' ? value?.[key] : undefined), module);

/**
 * `index.handler`, `folder/index.nested.handler`: up to the first dot of the last path part is the module.
 * Throws an error whose `name` is the `errorType` that Lambda reports.
 */
export async function loadHandler(root, handler) {
  if (handler.includes('..')) {
    const hint = 'Use absolute paths when specifying root directories in handler names.';
    const message = `'${handler}' is not a valid handler name. ${hint}`;
    throw runtimeError('MalformedHandlerName', message);
  }
  const [, name, member] = basename(handler).match(/^([^.]*)\.(.*)$/) ?? [];
  if (name === undefined) throw runtimeError('MalformedHandlerName', 'Bad handler');
  const module = await loadModule(root, dirname(handler), name);
  const found = memberOf(module, member) || memberOf(module?.default, member);
  if (!found) throw runtimeError('HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') {
    throw runtimeError('HandlerNotFound', `${handler} is not a function`);
  }
  if (found.length >= 3) throw runtimeError('CallbackHandlerDeprecated', callbackRefused);
  return found;
}
