/** Client of the Lambda Runtime API (version 2018-06-01) on one kept-alive connection. */
import { Agent, request } from 'node:http'; // bound here, before a tracer patches the module
import { errorPayload } from './errors.js';

const [host, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const json = { 'content-type': 'application/json' };

function call(method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const options = { host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers };
    const outgoing = request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Blocks until there is an event. Tells the supervisor beside it how much memory the process has used at most (kB). */
export const next = () =>
  call('GET', 'invocation/next', { 'lambda-local-max-rss': process.resourceUsage().maxRSS });

export const postResponse = (requestId, body) =>
  call('POST', `invocation/${requestId}/response`, json, body);

export const postInvocationError = (requestId, thrown) =>
  call('POST', `invocation/${requestId}/error`, json, JSON.stringify(errorPayload(thrown)));

export const postInitError = (thrown) =>
  call('POST', 'init/error', json, JSON.stringify(errorPayload(thrown)));
