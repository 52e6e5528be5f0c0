import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '@ouzel/core';

const folders = new Set<string>();

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/**
 * Returns the path of a temporary folder for this process alone. The first write makes the folder. The end of the
 * process removes it.
 */
export function passingFolder(random: Random): string {
  const folder = join(tmpdir(), `ouzel-${random.uuid()}`);
  if (folders.size === 0) process.once('exit', removeAll);
  folders.add(folder);
  return folder;
}
