import { it as base } from 'vitest';
import { makeFolder, removeFolder } from '../support/temporaryFolder.ts';

/** With a folder for each test that asks for one, empty at first, which is gone afterwards. */
export const it = base.extend('folder', async ({ task: _ }, { onCleanup }) => {
  const folder = makeFolder('unit');
  onCleanup(() => removeFolder(folder));
  return folder;
});
