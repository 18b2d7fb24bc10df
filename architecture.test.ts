/** The arrows of the house: who may import whom. `local/` is imported by nothing, so that deleting it breaks nothing. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = import.meta.dirname;

/** What each folder may import besides itself and `services/contract`. A name ending in `/` allows what lies below it. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  services: [],
  infra: ['dashboards/', 'runbooks/'],
  dashboards: [],
  runbooks: [],
  load: [],
  web: [],
  cloudwatch: [],
  local: ['cloudwatch/', 'runbooks/'],
};

/** What tests may import besides: a store's contract also runs on the engines of `local/`. */
const testArrows: Readonly<Record<string, readonly string[]>> = {
  local: ['services/items/store/'],
};

/** The packages that these folders may use; the others may use any. */
const packages: Readonly<Record<string, RegExp>> = {
  'services/contract': /^(?!)/,
  dashboards: /^aws-cdk-lib(\/|$)/,
};

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  // A file that has been deleted but not committed yet is still listed.
  .filter((file) => file.includes('/') && existsSync(join(root, file)));

const isTest = (file: string) => /\.(test|e2e|mutants)\.ts$/.test(file);

/** Specifiers of static and dynamic imports and of re-exports. */
function importsOf(file: string): readonly string[] {
  const source = readFileSync(join(root, file), 'utf8').replace(
    /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm,
    '',
  );
  return [
    ...source.matchAll(/(?:^|[;}\s])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]/g),
    ...source.matchAll(/(?:^|[;}\s])import\s*['"]([^'"]+)['"]/g),
    ...source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g),
  ].map(([, specifier]) => specifier as string);
}

const edges = files.flatMap((from) =>
  importsOf(from).map((specifier) => ({
    from,
    specifier,
    to: specifier.startsWith('.')
      ? relative(root, join(root, dirname(from), specifier))
      : undefined,
  })),
);

const folder = (path: string) => path.split('/')[0] as string;

function mayImport(from: string, to: string): boolean {
  if (from.startsWith('services/contract/')) {
    return to.startsWith('services/contract/');
  }
  if (
    folder(from) === folder(to) ||
    (to.startsWith('services/contract/') && folder(from) !== 'cloudwatch')
  ) {
    return true;
  }
  const allowed = [
    ...(arrows[folder(from)] ?? []),
    ...((isTest(from) && testArrows[folder(from)]) || []),
  ];
  return allowed.some((prefix) => to.startsWith(prefix));
}

describe('architecture', () => {
  test('reads real imports', () => {
    expect(edges.filter(({ to }) => to === 'services/contract/routes.ts').length).toBeGreaterThan(
      2,
    );
  });

  test('every folder of code has its arrows', () => {
    expect([...new Set(files.map(folder))].filter((name) => !(name in arrows))).toEqual([]);
  });

  test('imports follow the arrows', () => {
    const wrong = edges.filter(({ from, to }) => to !== undefined && !mayImport(from, to));
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test('nothing imports local/', () => {
    const wrong = edges.filter(
      ({ from, to }) => to?.startsWith('local/') && folder(from) !== 'local',
    );
    expect(wrong).toEqual([]);
  });

  test('the contract is pure data, and boards know only CDK', () => {
    const wrong = edges.filter(({ from, specifier, to }) => {
      const rule = Object.entries(packages).find(([prefix]) => from.startsWith(`${prefix}/`))?.[1];
      return to === undefined && rule !== undefined && !isTest(from) && !rule.test(specifier);
    });
    expect(wrong.map(({ from, specifier }) => `${from} imports ${specifier}`)).toEqual([]);
  });

  test('relative imports name the file, extension and all', () => {
    const wrong = edges.filter(({ to }) => to !== undefined && !/\.(ts|json)$/.test(to));
    expect(wrong.map(({ from, specifier }) => `${from}: ${specifier}`)).toEqual([]);
  });

  test('code does not import tests', () => {
    const wrong = edges.filter(({ from, to }) => to !== undefined && isTest(to) && !isTest(from));
    expect(wrong).toEqual([]);
  });

  test('files and folders have kebab-case names that say what is in them', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
    const empty = /^(utils?|helpers?|common|misc|constants|index|types)$/;
    const wrong = files.filter((file) =>
      file
        .replace(/(\.\w+)*\.ts$/, '')
        .split('/')
        .some((part) => !kebab.test(part) || empty.test(part)),
    );
    expect(wrong).toEqual([]);
  });
});
