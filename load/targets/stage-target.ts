/** A deployed stage: its endpoints from its stack's outputs, its clients' secrets from the user pool. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnusableError } from '../command/command-line.ts';
import type { LoadClient } from '../journey/run-settings.ts';
import type { Telemetry } from '../sides/telemetry.ts';
import type { Target } from './target.ts';

/** What is asked of the AWS account; one implementation speaks to AWS, tests bring theirs. */
export interface Account {
  /** Undefined where there is no such stack. */
  outputs(stack: string): Promise<Readonly<Record<string, string>> | undefined>;
  clientSecret(userPoolId: string, clientId: string): Promise<string | undefined>;
  telemetry(stage: string): Telemetry;
}

export interface StageTargetOptions {
  readonly stage: string;
  readonly region: string | undefined;
  /** `cdk.out/` */
  readonly assemblies: string;
  readonly account: (region: string) => Promise<Account>;
  readonly environment?: NodeJS.ProcessEnv;
}

/** @throws UnusableError */
export async function stageTarget(options: StageTargetOptions): Promise<Target> {
  const { stage } = options;
  const region = regionOf(options);
  const stack = `Manara-${stage}-Api`;
  const account = await options.account(region);
  const outputs = await asked(`the outputs of ${stack}`, () => account.outputs(stack));
  if (!outputs) {
    throw new UnusableError(
      `There is no stack ${stack} in ${region}: deploy it, or name another target`,
    );
  }
  const { ApiUrl, SignInUrl, UserPoolId, LoadClientIds } = outputs;
  if (!ApiUrl || !SignInUrl || !UserPoolId || !LoadClientIds) {
    throw new UnusableError(
      `${stack} has no load clients: set loadClients of ${stage} in infra/stages.ts and deploy`,
    );
  }
  const clients = await asked(`the load clients' secrets of ${UserPoolId}`, () =>
    Promise.all(
      LoadClientIds.split(',').map(async (id): Promise<LoadClient> => {
        const secret = await account.clientSecret(UserPoolId, id);
        return { id, secret: secret ?? '' };
      }),
    ),
  );
  return {
    name: stage,
    apiUrl: ApiUrl,
    signInUrl: SignInUrl,
    clients,
    costs: true,
    telemetry: account.telemetry(stage),
    close: async () => {},
  };
}

async function asked<T>(what: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw new UnusableError(`AWS does not tell ${what}: ${(error as Error).message}`);
  }
}

/** Where the synthesized stage says that it is deployed to: `aws://<account>/<region>`. */
function regionOf({ stage, region, assemblies, environment = process.env }: StageTargetOptions) {
  const file = join(assemblies, stage, 'manifest.json');
  const manifest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const place: string = manifest.artifacts?.[`Manara-${stage}-Api`]?.environment ?? '';
  const found = region ?? /([a-z]{2}(-[a-z]+)+-\d)$/.exec(place)?.[1] ?? environment['AWS_REGION'];
  if (found) return found;
  const known = existsSync(assemblies)
    ? readdirSync(assemblies).filter((name) => !name.includes('.'))
    : [];
  throw new UnusableError(
    `There is no target ${stage}: name local, a URL, or a stage (synthesized: ${known.join(', ') || 'none'}); or give --region`,
  );
}
