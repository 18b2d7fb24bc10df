/** The five ports, and whether they are free. */
import { createServer } from 'node:net';

export interface Ports {
  readonly web: number;
  readonly api: number;
  readonly control: number;
  readonly dynamodb: number;
  readonly signIn: number;
}

export const portsFrom = (base: number): Ports => ({
  web: base,
  api: base + 1,
  control: base + 2,
  dynamodb: base + 3,
  signIn: base + 4,
});

/** Asked before anything is built or started. @throws Error naming the first port that is in use */
export async function requireFree(ports: Ports): Promise<void> {
  for (const port of Object.values(ports)) {
    if (!(await isFree(port))) {
      throw new Error(
        `Port ${port} is in use: stop what listens there, or move all five with npm start -- --port <base>`,
      );
    }
  }
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
