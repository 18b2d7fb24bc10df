/** A closed loop of requests over kept-alive connections: so many at once, the next when one is answered. */
import { Agent, request } from 'node:http';

export interface Measured {
  readonly requestsPerSecond: number;
  /** Milliseconds, ascending. */
  readonly latencies: readonly number[];
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>;
}

export async function measureRequests(
  url: string,
  headers: Readonly<Record<string, string>>,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  const statuses: Record<number, number> = {};
  const began = performance.now();
  const until = began + seconds * 1000;
  const loop = async () => {
    while (performance.now() < until) {
      const sent = performance.now();
      const status = await answered(url, headers, agent);
      latencies.push(performance.now() - sent);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  agent.destroy();
  const elapsed = (performance.now() - began) / 1000;
  latencies.sort((a, b) => a - b);
  return { requestsPerSecond: latencies.length / elapsed, latencies, statuses };
}

const answered = (url: string, headers: Readonly<Record<string, string>>, agent: Agent) =>
  new Promise<number>((resolve, reject) => {
    const sent = request(url, { agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end();
  });

export const percentile = (ascending: readonly number[], percent: number): number =>
  ascending[Math.ceil((ascending.length * percent) / 100) - 1] ?? 0;
