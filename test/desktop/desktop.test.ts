import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundleInhost, EXTENSION } from '../../scripts/bundleInhost.ts';
import { readResults } from '../inhost/results.ts';
import { ENVIRONMENT, makeWorkspace } from '../inhost/workspace.ts';

/** Set to `required` where it has to run, as a skipped test would pass unseen. */
const isRequired = process.env['INKLING_DESKTOP'] === 'required';
/** Electron needs a screen to draw on. */
const hasScreen = process.platform !== 'linux' || 'DISPLAY' in process.env || 'WAYLAND_DISPLAY' in process.env;

describe('The suite inside the extension host of desktop VS Code', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'inkling-desktop-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

  function skipOrFail(skip: (note: string) => never, reason: string): never {
    if (isRequired) throw new Error(`The suite has to run here, but ${reason}`);
    return skip(reason);
  }

  test.for(['stable', '1.100.3'])('passes in %s', async (version, { skip }) => {
    const vscodeExecutablePath = await downloadAndUnzipVSCode({ version, timeout: 30_000 }).catch((error: unknown) =>
      skipOrFail(skip, `VS Code cannot be downloaded here: ${error instanceof Error ? error.message : error}`),
    );
    if (!hasScreen) skipOrFail(skip, 'there is no screen here: run it under xvfb-run');
    const workspace = join(folder, 'workspace');
    const data = join(folder, 'data');
    const results = join(folder, 'results.json');
    const code = await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: EXTENSION,
      extensionTestsPath: await bundleInhost('desktop'),
      launchArgs: [
        makeWorkspace(workspace),
        '--disable-workspace-trust',
        ...['--user-data-dir', data, '--extensions-dir', join(folder, 'extensions')],
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      extensionTestsEnv: {
        [ENVIRONMENT.workspace]: workspace,
        [ENVIRONMENT.storages]: join(data, 'User', 'workspaceStorage'),
        [ENVIRONMENT.results]: results,
      },
    });
    expect(readResults(results).failed).toEqual([]);
    expect(code).toBe(0);
  });
});
