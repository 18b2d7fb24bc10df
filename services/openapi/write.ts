/** `npm run openapi`: writes the checked-in document anew. It takes no argument: exit 2 where it is given one. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openApiDocument } from './document.ts';

try {
  parseArgs();
} catch (error) {
  console.error((error as Error).message);
  process.exit(2);
}
writeFileSync(
  new URL('openapi.json', import.meta.url),
  `${JSON.stringify(openApiDocument(), null, 2)}\n`,
);
console.log('wrote services/openapi/openapi.json');
