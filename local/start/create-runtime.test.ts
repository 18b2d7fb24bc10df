import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createRuntime } from './create-runtime.ts';
import { parseOptions, type StartOptions } from './options.ts';

test('a folder that cannot be had for data is one line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'manara-start-'));
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(
    createRuntime({
      ...(parseOptions([]) as StartOptions),
      root: join(import.meta.dirname, '../..'),
      dataDirectory: join(file, 'dev'),
    }),
  ).rejects.toThrow(/^No data can be kept in \/\S+\/file\/dev \(ENOTDIR\): [^\n]+$/);
  await rm(folder, { recursive: true });
});
