/** Listening on this machine only; a port that cannot be had is one clear line. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/**
 * @param name what the port is for, as the message about a taken port says it: `sign-in`
 * @param port 0 takes a free one
 * @returns the port
 * @throws an Error of one line where the port cannot be had
 */
export async function listen(server: Server, name: string, port: number): Promise<number> {
  try {
    await once(server.listen(port, '127.0.0.1', 1024), 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'is in use' : `cannot be used: ${message}`;
    throw new Error(`Port ${port} (${name}) ${reason}; free it or choose others with --port`);
  }
  return (server.address() as AddressInfo).port;
}
