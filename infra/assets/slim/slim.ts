/**
 * Cuts from third-party packages what a Lambda function never runs but would load at every cold start.
 *
 * It replaces their internals, so it is bound to the versions that it was written and tested for: another version, or a
 * module that is no longer there, fails the build with what to do. `bundle-functions.test.ts` compares what the slim and
 * the stock bundles do; `bundleFunctions({ slim: false })` builds without it.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Loader, Plugin } from 'esbuild';

interface Replacement {
  /** Path inside the package. */
  readonly module: string;
  /** What is loaded instead, given the original. */
  readonly contents: (original: string) => string;
  readonly loader?: Loader;
}

const here = import.meta.dirname;
const file = (name: string) => () => readFileSync(join(here, name), 'utf8');
const nothing = () => 'module.exports = {};';
const nameAndVersion = (original: string) => {
  const { name, version } = JSON.parse(original);
  return JSON.stringify({ name, version });
};

/** By package and version. */
const replacements: Readonly<Record<string, readonly Replacement[]>> = {
  'cls-hooked@4.2.2': [{ module: 'context.js', contents: file('cls-hooked.ts'), loader: 'ts' }],
  'aws-xray-sdk-core@3.12.0': [
    // Where the code runs: EC2, ECS, Beanstalk; on Lambda nobody asks.
    { module: 'dist/lib/segments/plugins/ec2_plugin.js', contents: nothing },
    { module: 'dist/lib/segments/plugins/ecs_plugin.js', contents: nothing },
    { module: 'dist/lib/segments/plugins/elastic_beanstalk_plugin.js', contents: nothing },
    // Version 2 of the AWS SDK, and with it semver.
    { module: 'dist/lib/patchers/aws_p.js', contents: nothing },
    // Tracing of plain HTTP calls and of promises, which telemetry/tracer.ts leaves off.
    { module: 'dist/lib/patchers/http_p.js', contents: nothing },
    { module: 'dist/lib/patchers/promise_p.js', contents: nothing },
    // Sampling for web servers: on Lambda the decision comes with the trace header.
    { module: 'dist/lib/middleware/sampling/default_sampler.js', contents: nothing },
    { module: 'dist/lib/middleware/sampling/local_sampler.js', contents: nothing },
    {
      module: 'dist/lib/resources/aws_whitelist.json',
      contents: (original) => {
        const { dynamodb } = JSON.parse(original).services;
        return JSON.stringify({ services: { dynamodb } });
      },
      loader: 'json',
    },
    { module: 'package.json', contents: nameAndVersion, loader: 'json' },
  ],
  // DynamoDB streams no events, Node has SHA-256 of its own, and endpoint discovery is for other services' clients.
  '@smithy/core@3.41.0': [
    { module: 'dist-es/submodules/event-streams/index.js', contents: nothing },
    {
      module: 'dist-es/submodules/checksum/sha256/Sha256Js.js',
      contents: () => 'export const Sha256Js = undefined;',
    },
  ],
  '@aws-sdk/endpoint-cache@3.972.11': [
    { module: 'dist-es/EndpointCache.js', contents: () => 'export class EndpointCache {}' },
  ],
  '@aws-sdk/client-dynamodb@3.1162.0': [
    { module: 'package.json', contents: nameAndVersion, loader: 'json' },
  ],
  '@aws-sdk/credential-provider-node@3.972.97': [
    { module: 'dist-es/index.js', contents: file('environment-credentials.ts'), loader: 'ts' },
  ],
};

/** @throws (by way of a failed build) where a package has another version or a replaced module is not loaded any more */
export function slim(packages = replacements): Plugin {
  return {
    name: 'slim',
    setup(build) {
      const pending = new Set<string>();
      for (const [packageAtVersion, modules] of Object.entries(packages)) {
        const name = packageAtVersion.slice(0, packageAtVersion.lastIndexOf('@'));
        build.onStart(() => ({ errors: versionErrors(name, packageAtVersion) }));
        for (const { module, contents, loader = 'js' } of modules) {
          const path = `node_modules/${name}/${module}`;
          pending.add(path);
          const filter = new RegExp(`/${path.replaceAll('.', '\\.')}$`);
          build.onLoad({ filter }, async (loaded) => {
            pending.delete(path);
            const original = await readFile(loaded.path, 'utf8');
            return { contents: contents(original), loader, resolveDir: dirname(loaded.path) };
          });
        }
      }
      build.onEnd(() => ({
        errors: [...pending].map((path) => ({
          text: `slim: no handler loads ${path} any more; take it out of infra/assets/slim/slim.ts`,
        })),
      }));
    },
  };
}

function versionErrors(name: string, expected: string): { readonly text: string }[] {
  const found = `${name}@${installedVersion(name)}`;
  if (found === expected) return [];
  const advice = 'compare the replaced modules, run the parity tests, then change the version in';
  return [
    { text: `slim: written for ${expected}, found ${found}; ${advice} infra/assets/slim/slim.ts` },
  ];
}

/** Not `require('<package>/package.json')`: `exports` may hide it. */
function installedVersion(name: string): string {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const path of paths) {
    try {
      return JSON.parse(readFileSync(join(path, name, 'package.json'), 'utf8')).version;
    } catch {}
  }
  return 'nothing';
}
