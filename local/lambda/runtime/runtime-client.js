/** Client of the Lambda Runtime API (version 2018-06-01) on one kept-alive connection. */
import { Agent, request } from 'node:http'; // bound here, before a tracer patches the module

const [host, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body, headers) {
  return new Promise((resolve, reject) => {
    const options = { host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers };
    const outgoing = request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const describe = (thrown) =>
  thrown instanceof Error
    ? {
        errorType: thrown.name,
        errorMessage: thrown.message,
        trace: String(thrown.stack).split('\n'),
      }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };

const postError = (path, thrown) => {
  const error = describe(thrown);
  return call('POST', path, JSON.stringify(error), {
    'content-type': 'application/json',
    'lambda-runtime-function-error-type': error.errorType,
  });
};

/** Blocks until there is an event. Tells the supervisor beside it how much memory the process has used at most (kB). */
export const next = () =>
  call('GET', 'invocation/next', undefined, {
    'lambda-local-max-rss': process.resourceUsage().maxRSS,
  });

export const postResponse = (requestId, body) =>
  call('POST', `invocation/${requestId}/response`, body, { 'content-type': 'application/json' });

export const postInvocationError = (requestId, thrown) =>
  postError(`invocation/${requestId}/error`, thrown);

export const postInitError = (thrown) => postError('init/error', thrown);
