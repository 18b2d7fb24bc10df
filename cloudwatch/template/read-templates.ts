/** Template files from disk, with what a CDK manifest beside them says of their stack. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../input-error.ts';
import {
  maxTemplateBytes,
  membersOf,
  parseTemplate,
  type TemplateFile,
  tooLarge,
} from './parse-template.ts';

/** @throws InputError where a file is missing, too large or no template. */
export async function readTemplates(paths: readonly string[]): Promise<readonly TemplateFile[]> {
  return Promise.all(
    [...new Set(paths)].map(async (file) => ({
      file,
      body: parseTemplate(file, await readText(file)),
      ...(await stackOf(file)),
    })),
  );
}

/** @throws InputError */
export async function readText(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > maxTemplateBytes) throw tooLarge(file);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new InputError(file, problem, { fix: 'check the path' });
  }
}

/** CDK writes `manifest.json` beside its templates: each stack's name and `aws://account/region`. */
async function stackOf(file: string): Promise<Partial<TemplateFile>> {
  const manifest = await readFile(join(dirname(file), 'manifest.json'), 'utf8')
    .then((text) => JSON.parse(text) as unknown)
    .catch(() => undefined);
  for (const [id, artifact] of Object.entries(membersOf(membersOf(manifest)['artifacts']))) {
    const { environment, properties } = membersOf(artifact);
    const { templateFile, stackName = id } = membersOf(properties);
    if (templateFile !== basename(file)) continue;
    const [account, region] = String(environment ?? '')
      .replace('aws://', '')
      .split('/');
    return {
      stackName: String(stackName),
      ...(region && region !== 'unknown-region' ? { region } : {}),
      ...(account && account !== 'unknown-account' ? { account } : {}),
    };
  }
  return {};
}
