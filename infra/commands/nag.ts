/**
 * `npm run nag`: the compliance gate over every stage and variant, as a table, and for machines in
 * `cdk.out/nag/junit.xml` and `cdk.out/nag/nag.sarif`. Exit 1 on any finding.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gate } from '../compliance/gate.ts';
import { junit, sarif, table } from '../compliance/reports.ts';
import { configurations } from '../variants.ts';
import { readArguments } from './read-arguments.ts';

const folder = join(import.meta.dirname, '../../cdk.out/nag');

try {
  readArguments(); // There is nothing to choose: a gate that leaves something out is none.
  const started = performance.now();
  const result = gate(configurations);
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
