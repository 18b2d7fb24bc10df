/** `npm run catalogue`: the service's own metrics for the offline CloudWatch, in `cdk.out/catalogue.json`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricCatalogue } from '../../services/contract/metric-catalogue.ts';
import { readArguments } from './read-arguments.ts';

readArguments();
const folder = join(import.meta.dirname, '../../cdk.out');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'catalogue.json'), `${JSON.stringify(metricCatalogue(), null, 2)}\n`);
console.log('wrote cdk.out/catalogue.json');
