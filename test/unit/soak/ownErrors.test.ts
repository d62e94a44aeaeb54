import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isFrom } from '../../soak/ownErrors.ts';

const extension = '/tmp/inkling-vscode-a1/extensions/inkling.inkling-0.1.0-linux-x64';
const storage = '/tmp/inkling-vscode-a1/data/User/workspaceStorage/5f/inkling.inkling';
const folders = [extension, storage];

describe('an error that nobody caught', () => {
  test.each([
    ['the extension', `TypeError: x\n    at Inkling.start (${extension}/dist/extension.cjs:1:2)`],
    ['a worker of it', `Error: x\n    at Worker.fail (node:x:1:1)\n    at ${extension}/dist/trainingWorker.cjs:3:4`],
    ['a module of it', `Error: x\n    at file://${extension}/dist/module.mjs:3:4`],
    ['an address in it', `Error: x\n    at load (${extension}\\dist\\extension.cjs:1:2)`],
    ['a file that it keeps, without a frame', `Error: ENOENT: no such file, open '${storage}/run.json'`],
    ['the folder that it keeps files in', `Error: ENOENT: no such folder, scandir '${storage}'`],
  ])('is ours when it comes from %s', (_, words) => {
    expect(isFrom(words, folders)).toBe(true);
  });

  test.each([
    [
      'VS Code, in a checkout named like us',
      `Error: Could not find bundled tsserver.js\n    at wt (/home/me/inkling/.vscode-test/4.139.1/node_modules/` +
        'code-server/lib/vscode/extensions/typescript-language-features/dist/extension.js:10:20)',
    ],
    ['a checkout named like the extension', 'Error: x\n    at f (/home/inkling/inkling.inkling/server-main.js:1:1)'],
    ['another extension beside it', 'Error: x\n    at f (/tmp/inkling-vscode-a1/extensions/other.one-1.0.0/a.js:1:1)'],
    ['an extension whose name goes on', `Error: x\n    at f (${extension}-old/dist/extension.cjs:1:1)`],
    ['nowhere, and says our name', 'Canceled: inkling.inkling'],
  ])('is not when it comes from %s', (_, words) => {
    expect(isFrom(words, folders)).toBe(false);
  });

  test('is nobody’s where there is no folder', () => {
    expect(isFrom(`Error: x\n    at ${extension}/dist/extension.cjs:1:2`, [])).toBe(false);
  });

  test('is ours in a folder whose name a URL writes otherwise', () => {
    const odd = '/tmp/x y (1) [é] #%/inkling.inkling-0.1.0';
    for (const place of [`${odd}/a.cjs`, pathToFileURL(`${odd}/a.mjs`).href]) {
      expect(isFrom(`Error: x\n    at f (${place}:1:1)`, [odd])).toBe(true);
    }
  });
});
