import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UnusableError } from './command-line.ts';
import { findK6, pinnedVersion } from './find-k6.ts';

describe('findK6', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'find-k6-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const printing = (text: string) => {
    const file = join(folder, 'k6');
    writeFileSync(file, `#!/bin/sh\necho '${text}'\n`);
    chmodSync(file, 0o755);
    return file;
  };

  test('takes the one on the PATH', () => {
    printing('k6 v2.5.1 (go1.27, linux/amd64)');
    expect(findK6({ PATH: folder })).toEqual({ command: 'k6', version: '2.5.1' });
  });

  test('K6_BIN goes before', () => {
    const file = printing('k6 v2.2.0 (x)');
    expect(findK6({ PATH: '/nowhere', K6_BIN: file })).toEqual({ command: file, version: '2.2.0' });
  });

  test.each(['brew', 'apt', 'winget', `go install go.k6.io/k6/v2@${pinnedVersion()}`, 'K6_BIN'])(
    'where there is none it says how to get it: %s',
    (way) => {
      expect(() => findK6({ PATH: folder })).toThrow(UnusableError);
      expect(() => findK6({ PATH: folder })).toThrow(way);
    },
  );

  test('refuses an old one, and what is no k6', () => {
    const K6_BIN = printing('k6 v1.7.0 (x)');
    expect(() => findK6({ K6_BIN })).toThrow(/is k6 1\.7\.0, too old/);
    printing('hello');
    expect(() => findK6({ K6_BIN })).toThrow(/There is no k6 at/);
  });
});
