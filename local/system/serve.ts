/** The running system as a process of its own, for tests that kill it: `serve.ts <data directory> <first port>`. */
import { join } from 'node:path';
import { createRuntime } from '../start/create-runtime.ts';
import { portsFrom } from '../start/ports.ts';

const [dataDirectory = '', basePort = ''] = process.argv.slice(2);
await createRuntime({
  root: join(import.meta.dirname, '../..'),
  dataDirectory,
  ports: portsFrom(Number(basePort)),
  stage: 'dev',
  speed: 1,
  fresh: false,
  dynamodb: undefined,
});
console.log('ready');
