import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type S3Stub, startS3Stub } from './s3-stub.ts';

let stub: S3Stub;
const folder = mkdtempSync(join(tmpdir(), 'manara-site-'));

beforeAll(async () => {
  stub = await startS3Stub();
});

afterAll(async () => {
  await stub.close();
  rmSync(folder, { recursive: true });
});

/** The uploader in a process of its own, so that it can be killed as a machine would. */
function startUpload() {
  const script = `
    import { s3ClientOf } from '${join(import.meta.dirname, 's3-stub.ts')}';
    import { uploadSite } from '${join(import.meta.dirname, 'upload-site.ts')}';
    await uploadSite({ s3: s3ClientOf('${stub.url}'), bucket: 'site', folder: '${folder}', config: {}, say: () => {} });
  `;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
}

const ended = (child: ReturnType<typeof startUpload>) =>
  new Promise<number | null>((resolve) => child.on('close', resolve));

test('killed midway, the old page still works', async () => {
  writeFileSync(join(folder, 'app-AAAAAAAA.js'), 'old');
  writeFileSync(join(folder, 'index.html'), 'app-AAAAAAAA.js');
  expect(await ended(startUpload())).toBe(0);

  rmSync(join(folder, 'app-AAAAAAAA.js'));
  writeFileSync(join(folder, 'app-BBBBBBBB.js'), 'new');
  writeFileSync(join(folder, 'index.html'), 'app-BBBBBBBB.js');
  const first = stub.puts.length;
  const child = await new Promise<ReturnType<typeof startUpload>>((resolve) => {
    const started = startUpload();
    stub.onPut = (count) => {
      if (count < first + 2) return Promise.resolve();
      resolve(started);
      return new Promise(() => {});
    };
  });
  child.kill('SIGKILL');
  await ended(child);

  expect(stub.puts.slice(first)).toContain('app-BBBBBBBB.js');
  expect(stub.objects.get('index.html')?.body).toBe('app-AAAAAAAA.js');
  expect(stub.objects.get('app-AAAAAAAA.js')?.body).toBe('old');
});
