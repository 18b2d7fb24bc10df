/**
 * A bare client of the Runtime API. The managed runtime waits for this module for ever, so nothing else speaks to the service.
 * Each event is a call to make while the invocation is open; the next event, `"report"`, is answered with what came back.
 */
import { request } from 'node:http';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const next = '/2018-06-01/runtime/invocation/next';

const call = (method, path, body, headers) =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host, port, method, path, headers, agent: false }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status, headers } = response;
        resolve({ status, headers, text: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

let seen;
for (;;) {
  const event = await call('GET', next);
  const id = event.headers['lambda-runtime-aws-request-id'];
  const respond = (body) =>
    call('POST', `/2018-06-01/runtime/invocation/${id}/response`, JSON.stringify(body));
  const asked = JSON.parse(event.text);
  if (asked === 'report') {
    await respond(seen);
    continue;
  }
  if (asked.after === 'response') await respond(null);
  const path = asked.path.replace('{id}', id);
  seen = path === next ? event : await call(asked.method, path, asked.body, asked.headers);
  await respond(null); // refused where that call has ended the invocation
}
