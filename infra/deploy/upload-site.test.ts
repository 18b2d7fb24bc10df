import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { emptyBucket } from './destroy-steps.ts';
import { type S3Stub, s3ClientOf, startS3Stub } from './s3-stub.ts';
import { uploadSite } from './upload-site.ts';

let stub: S3Stub;
let folder: string;

beforeEach(async () => {
  stub = await startS3Stub();
  folder = mkdtempSync(join(tmpdir(), 'manara-site-'));
});

afterEach(async () => {
  await stub.close();
  rmSync(folder, { recursive: true });
});

/** A release whose page names its assets by the release's letter. */
function buildRelease(letter: string, more: Record<string, string> = {}): void {
  rmSync(folder, { recursive: true });
  const hash = letter.repeat(8);
  const files = {
    [`assets/app-${hash}.js`]: `script ${letter}`,
    [`assets/app-${hash}.css`]: `style ${letter}`,
    'favicon.svg': '<svg/>',
    'index.html': `assets/app-${hash}.js assets/app-${hash}.css`,
    ...more,
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

const upload = () =>
  uploadSite({
    s3: s3ClientOf(stub.url),
    bucket: 'site',
    folder,
    config: { apiUrl: 'https://api.example.com' },
    say: () => {},
  });

const release = async (letter: string) => {
  buildRelease(letter);
  await upload();
};

const assets = () => [...stub.objects.keys()].filter((key) => key.startsWith('assets/')).sort();

/** What a visitor needs: the page, and everything that the page names. */
function pageWorks(): boolean {
  const page = stub.objects.get('index.html');
  return page?.body.split(' ').every((key) => stub.objects.has(key)) ?? false;
}

describe('the upload', () => {
  test('puts assets first and the page last, each with its type and how long it may be kept', async () => {
    await release('A');
    expect(stub.puts.slice(0, 2).sort()).toEqual([
      'assets/app-AAAAAAAA.css',
      'assets/app-AAAAAAAA.js',
    ]);
    expect(stub.puts.at(-1)).toBe('index.html');
    expect(stub.objects.get('assets/app-AAAAAAAA.js')).toMatchObject({
      contentType: 'text/javascript; charset=utf-8',
      cacheControl: 'public, max-age=31536000, immutable',
    });
    for (const key of ['index.html', 'config.json']) {
      expect(stub.objects.get(key)?.cacheControl).toBe('no-cache');
    }
    expect(JSON.parse(stub.objects.get('config.json')?.body ?? '')).toEqual({
      apiUrl: 'https://api.example.com',
    });
    expect(stub.objects.get('favicon.svg')).toMatchObject({
      contentType: 'image/svg+xml',
      cacheControl: 'public, max-age=3600',
    });
  });

  test('keeps the assets of the release before and removes those of the one before that', async () => {
    await release('A');
    await release('B');
    expect(assets().map((key) => key[11])).toEqual(['A', 'A', 'B', 'B']);
    await release('C');
    expect(assets().map((key) => key[11])).toEqual(['B', 'B', 'C', 'C']);
    expect(stub.objects.has('favicon.svg')).toBe(true);
  });

  test('removes nothing when the same release is uploaded again', async () => {
    await release('A');
    await release('B');
    await release('B');
    expect(assets().map((key) => key[11])).toEqual(['A', 'A', 'B', 'B']);
  });

  test('leaves a working page wherever it is broken off', async () => {
    await release('A');
    const before = stub.objects.get('index.html')?.body;
    const count = stub.puts.length;
    buildRelease('B');
    for (let broken = 0; broken < count; broken++) {
      const start = stub.puts.length;
      stub.onPut = async (now) => {
        if (now === start + broken) throw new Error('broken off');
      };
      await expect(upload()).rejects.toThrow();
      expect([broken, stub.objects.get('index.html')?.body, pageWorks()]).toEqual([
        broken,
        before,
        true,
      ]);
    }
    stub.onPut = async () => {};
    await upload();
    expect(pageWorks()).toBe(true);
  });

  test('a release that never became live is not taken for the one before', async () => {
    await release('A');
    buildRelease('B');
    stub.onPut = async (now) => {
      if (now === 5 + 5) throw new Error('broken off before the page');
    };
    await upload().catch(() => {});
    stub.onPut = async () => {};
    await release('C');
    expect(assets().map((key) => key[11])).toEqual(['A', 'A', 'C', 'C']);
  });

  test('says which old asset it cannot remove', async () => {
    await release('A');
    await release('B');
    stub.locked.add('assets/app-AAAAAAAA.js');
    await expect(release('C')).rejects.toThrow('site/assets/app-AAAAAAAA.js cannot be deleted');
    expect(pageWorks()).toBe(true);
  });

  test('refuses a site that is not built and a file of unknown type, by name', async () => {
    buildRelease('A', { 'notes.docx': '' });
    await expect(upload()).rejects.toThrow('notes.docx has no known content type');
    rmSync(join(folder, 'index.html'));
    await expect(upload()).rejects.toThrow('build the site first');
    expect(stub.puts).toEqual([]);
  });
});

describe('a bucket', () => {
  const empty = () => emptyBucket(s3ClientOf(stub.url), 'site');

  test('is emptied page by page', async () => {
    await release('A');
    await empty();
    expect(stub.objects.size).toBe(0);
  });

  test('that cannot be emptied says which object stays', async () => {
    await release('A');
    stub.locked.add('index.html');
    await expect(empty()).rejects.toThrow('site/index.html cannot be deleted: Access Denied');
  });

  test('that is gone is empty', async () => {
    stub.gone.add('site');
    await expect(empty()).resolves.toBeUndefined();
  });
});
