/**
 * `npm run nag [-- configuration…]`: the compliance gate over every stage and variant (or those named), as a table, and
 * for machines in `cdk.out/nag/junit.xml` and `cdk.out/nag/nag.sarif`. Exit 1 on any finding.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gate } from '../compliance/gate.ts';
import { junit, sarif, table } from '../compliance/reports.ts';
import { configurations } from '../variants.ts';

const folder = join(import.meta.dirname, '../../cdk.out/nag');

function chosen(names: readonly string[]): typeof configurations {
  const unknown = names.find((name) => !(name in configurations));
  if (unknown) {
    throw new Error(
      `there is no stage or variant ${unknown}: ${Object.keys(configurations).join(', ')}`,
    );
  }
  const wanted = Object.entries(configurations).filter(([name]) => names.includes(name));
  return names.length > 0 ? Object.fromEntries(wanted) : configurations;
}

try {
  const started = performance.now();
  const result = gate(chosen(process.argv.slice(2)));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'junit.xml'), junit(result));
  writeFileSync(join(folder, 'nag.sarif'), sarif(result));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${table(result)} in ${seconds} s; see cdk.out/nag/`);
  process.exitCode = result.findings.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
