import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';

describe('makeFolder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ouzel-folder-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('makes what is missing, with the mode that is asked for, and leaves what is there', () => {
    makeFolder(join(root, 'a', 'b', 'c'), 0o700);
    expect(statSync(join(root, 'a', 'b')).mode & 0o777).toBe(0o700);
    makeFolder(join(root, 'a', 'b', 'c'), 0o755);
    expect(statSync(join(root, 'a', 'b', 'c')).mode & 0o777).toBe(0o700);
    symlinkSync(join(root, 'a'), join(root, 'link'));
    makeFolder(join(root, 'link'));
  });

  it('says what stands in the way', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => makeFolder(join(root, 'file'))).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(() => makeFolder(join(root, 'file', 'below', 'it'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  });
});
